package dev.weir.streams.query;

import static java.util.Objects.requireNonNull;

import dev.weir.schemas.avro.AvroWriter;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.GroupIdCodec;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// Answers whose evaluation has not taken place, in a store that survives the task. Of two answers
/// to one question the first stays, as the topic has them in one order for all.
///
/// Values are as [AnswersFormat] writes them, under group and time of the evaluation.
public final class AnswerStore {
  private final KeyValueStore<Bytes, byte[]> store;
  private final AnswersFormat format = new AnswersFormat();
  private final Map<GroupId, NavigableMap<Long, Map<Question, Answer>>> groups = new HashMap<>();

  /// Takes over what the store has. Answers that another version wrote are asked for again.
  public AnswerStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = requireNonNull(store, "store");
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> entry = all.next();
        if (AnswersFormat.isKnown(entry.value)) {
          Answers answers = format.read(entry.value);
          of(answers).putAll(answers.byQuestion());
        }
      }
    }
  }

  private Map<Question, Answer> of(Answers answers) {
    return groups
        .computeIfAbsent(answers.group(), _ -> new TreeMap<>())
        .computeIfAbsent(answers.timestampMillis(), _ -> new HashMap<>());
  }

  /// Adds answers. Where those of an evaluation are too large together, the largest fail.
  public void add(Answers answers) {
    Map<Question, Answer> known = of(answers);
    answers.byQuestion().forEach(known::putIfAbsent);
    AnswersFormat.Fitting fitting =
        format.fit(new Answers(answers.group(), answers.timestampMillis(), known));
    known.putAll(fitting.answers().byQuestion());
    store.put(key(answers.group(), answers.timestampMillis()), fitting.bytes());
  }

  /// What is known for an evaluation.
  public Map<Question, Answer> get(GroupId group, long timestampMillis) {
    NavigableMap<Long, Map<Question, Answer>> times = groups.get(group);
    return times == null ? Map.of() : Map.copyOf(times.getOrDefault(timestampMillis, Map.of()));
  }

  /// Forgets the answers for a group's evaluations up to a time: they have taken place.
  public void removeTo(GroupId group, long timestampMillis) {
    NavigableMap<Long, Map<Question, Answer>> times = groups.get(group);
    if (times == null) {
      return;
    }
    NavigableMap<Long, Map<Question, Answer>> past = times.headMap(timestampMillis, true);
    past.keySet().forEach(time -> store.delete(key(group, time)));
    past.clear();
    if (times.isEmpty()) {
      groups.remove(group);
    }
  }

  private static Bytes key(GroupId group, long timestampMillis) {
    AvroWriter key = new AvroWriter(80);
    GroupIdCodec.write(group, key);
    key.writeLong(timestampMillis);
    return Bytes.wrap(key.toBytes());
  }
}
