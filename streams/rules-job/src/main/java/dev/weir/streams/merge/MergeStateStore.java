package dev.weir.streams.merge;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.rules.alert.Alert;
import dev.weir.rules.alert.AlertState;
import dev.weir.rules.group.GroupState;
import dev.weir.rules.group.RuleState;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.LabelsCodec;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.Topics;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import dev.weir.schemas.avro.TextCache;
import dev.weir.schemas.wire.RecordReader;
import dev.weir.schemas.wire.RecordWriter;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.GroupIdCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// What rule groups remember from one evaluation to the next, in a store that survives the task. A
/// rule's part is written only when it has changed: most rules record the same series each time.
///
/// ```
/// Key      => Group Part:long
/// Value    => Head | Rule                     Head where Part is -1, else the rule of that number
/// Head     => Version:long LastMillis:long Rules:long Orphans:Labels[]
/// Rule     => Version:long Identity:fixed[16] Series:Labels[] Alerts:Alert[] Told:bytes[]
/// Alert    => Labels Annotations State:long Value:double ActiveAt:long FiredAt:long ResolvedAt:long
///             KeepFiringSince:long
/// ```
///
/// Primitives are Avro's; lists have their length before them. *Told* are records of `weir.alerts`:
/// the last about each alert. *Version* is 1, the first.
final class MergeStateStore {
  private static final int VERSION = 1;
  private static final int HEAD = -1;

  /// What a group remembers.
  ///
  /// @param told for each rule what `weir.alerts` was told of its alerts
  record Remembered(GroupState state, List<Map<Labels, AlertTransition>> told) {
    static final Remembered NOTHING = new Remembered(GroupState.EMPTY, List.of());

    Remembered {
      told = List.copyOf(told);
    }
  }

  private record Rule(RuleState state, Map<Labels, AlertTransition> told) {}

  private final KeyValueStore<Bytes, byte[]> store;
  private final TextCache texts = new TextCache(1 << 12);
  private final Map<Bytes, byte[]> written = new HashMap<>();
  private final Map<GroupId, Remembered> latest = new HashMap<>();
  private final RecordWriter<AlertTransition> toldWriter =
      RecordType.ALERTS.writer(Topics.ALERTS, Optional.empty());
  private final RecordReader<AlertTransition> toldReader =
      RecordType.ALERTS.reader(Optional.empty());

  MergeStateStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = requireNonNull(store, "store");
  }

  void put(GroupId group, Remembered remembered) {
    GroupState state = remembered.state();
    AvroWriter head = new AvroWriter(32);
    head.writeLong(VERSION);
    head.writeLong(state.lastMillis());
    head.writeLong(state.rules().size());
    writeSeries(state.orphans(), head);
    put(key(group, HEAD), head.toBytes());
    for (int i = 0; i < state.rules().size(); i++) {
      if (!isSame(group, remembered, i)) {
        put(key(group, i), rule(new Rule(state.rules().get(i), remembered.told().get(i))));
      }
    }
    latest.put(group, remembered);
    for (int i = state.rules().size(); written.containsKey(key(group, i)); i++) {
      written.remove(key(group, i));
      store.delete(key(group, i));
    }
  }

  /// Whether a rule's part is what was put last: what does not change is the same object.
  @SuppressWarnings("ReferenceEquality")
  private boolean isSame(GroupId group, Remembered remembered, int rule) {
    Remembered before = latest.get(group);
    return before != null
        && rule < before.told().size()
        && before.state().rules().get(rule) == remembered.state().rules().get(rule)
        && before.told().get(rule) == remembered.told().get(rule);
  }

  private void put(Bytes key, byte[] value) {
    byte[] before = written.put(key, value);
    if (before == null || !Arrays.equals(before, value)) {
      store.put(key, value);
    }
  }

  void remove(GroupId group) {
    latest.remove(group);
    for (int i = HEAD; written.remove(key(group, i)) != null; i++) {
      store.delete(key(group, i));
    }
  }

  private static Bytes key(GroupId group, int part) {
    AvroWriter key = new AvroWriter(64);
    GroupIdCodec.write(group, key);
    key.writeLong(part);
    return Bytes.wrap(key.toBytes());
  }

  private byte[] rule(Rule rule) {
    AvroWriter out = new AvroWriter(256);
    out.writeLong(VERSION);
    out.writeFixed(rule.state().identity().toBytes(), 0, Hash128.BYTES);
    writeSeries(rule.state().series(), out);
    out.writeLong(rule.state().alerts().size());
    for (Alert alert : rule.state().alerts()) {
      LabelsCodec.write(alert.labels(), out);
      writeTexts(alert.annotations(), out);
      out.writeLong(code(alert.state()));
      out.writeDouble(alert.value());
      out.writeLong(alert.activeAtMillis());
      out.writeLong(alert.firedAtMillis());
      out.writeLong(alert.resolvedAtMillis());
      out.writeLong(alert.keepFiringSinceMillis());
    }
    out.writeLong(rule.told().size());
    new TreeMap<>(rule.told()).values().forEach(told -> out.writeBytes(toldWriter.write(told)));
    return out.toBytes();
  }

  private static void writeSeries(List<Labels> series, AvroWriter out) {
    out.writeLong(series.size());
    series.forEach(labels -> LabelsCodec.write(labels, out));
  }

  private static void writeTexts(Map<String, String> texts, AvroWriter out) {
    out.writeLong(texts.size());
    new TreeMap<>(texts)
        .forEach((name, text) -> {
          out.writeString(name);
          out.writeString(text);
        });
  }

  private static int code(AlertState state) {
    return switch (state) {
      case INACTIVE -> 0;
      case PENDING -> 1;
      case FIRING -> 2;
    };
  }

  private static final AlertState[] BY_CODE = {
    AlertState.INACTIVE, AlertState.PENDING, AlertState.FIRING
  };

  /// Gives everything.
  void readAll(BiConsumer<GroupId, Remembered> groups) {
    Map<GroupId, TreeMap<Integer, byte[]>> parts = new HashMap<>();
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> entry = all.next();
        written.put(entry.key, entry.value);
        AvroReader key = reader(entry.key.get());
        parts
            .computeIfAbsent(GroupIdCodec.read(key), _ -> new TreeMap<>())
            .put(key.readInt(), entry.value);
      }
    }
    parts.forEach((group, values) -> groups.accept(group, remembered(values)));
  }

  private Remembered remembered(NavigableMap<Integer, byte[]> values) {
    byte[] headBytes = values.remove(HEAD);
    if (headBytes == null) {
      return Remembered.NOTHING;
    }
    AvroReader head = reader(headBytes);
    checkVersion(head);
    long lastMillis = head.readLong();
    int count = head.readInt();
    List<Labels> orphans = readSeries(head);
    List<RuleState> rules = new ArrayList<>();
    List<Map<Labels, AlertTransition>> told = new ArrayList<>();
    for (byte[] value : values.headMap(count).values()) {
      Rule rule = readRule(value);
      rules.add(rule.state());
      told.add(rule.told());
    }
    return new Remembered(new GroupState(lastMillis, rules, orphans), told);
  }

  private Rule readRule(byte[] value) {
    AvroReader in = reader(value);
    checkVersion(in);
    byte[] identity = new byte[Hash128.BYTES];
    in.readFixed(identity, 0, identity.length);
    List<Labels> series = readSeries(in);
    List<Alert> alerts = new ArrayList<>();
    for (long left = in.readLong(); left > 0; left--) {
      alerts.add(
          new Alert(
              LabelsCodec.read(in, texts),
              readTexts(in),
              BY_CODE[in.readIndex(BY_CODE.length, "alert state")],
              in.readDouble(),
              in.readLong(),
              in.readLong(),
              in.readLong(),
              in.readLong()));
    }
    Map<Labels, AlertTransition> told = new HashMap<>();
    for (long left = in.readLong(); left > 0; left--) {
      AlertTransition transition = toldReader.read(in.readBytes());
      told.put(ownLabels(transition), transition);
    }
    return new Rule(new RuleState(Hash128.fromBytes(identity), series, alerts), told);
  }

  /// The labels of an alert as its rule knows it.
  private static Labels ownLabels(AlertTransition transition) {
    Labels.Builder own = transition.labels().toBuilder();
    transition.externalLabels().forEach(own::remove);
    return own.build();
  }

  private List<Labels> readSeries(AvroReader in) {
    List<Labels> series = new ArrayList<>();
    for (long left = in.readLong(); left > 0; left--) {
      series.add(LabelsCodec.read(in, texts));
    }
    return series;
  }

  private Map<String, String> readTexts(AvroReader in) {
    Map<String, String> read = new TreeMap<>();
    for (long left = in.readLong(); left > 0; left--) {
      read.put(in.readString(texts), in.readString(texts));
    }
    return read;
  }

  private static void checkVersion(AvroReader in) {
    long version = in.readLong();
    if (version != VERSION) {
      throw in.corrupt("state of a rule group has version %d, not %d".formatted(version, VERSION));
    }
  }

  private static AvroReader reader(byte[] bytes) {
    return new AvroReader(bytes, 0, bytes.length);
  }
}
