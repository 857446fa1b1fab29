package dev.weir.streams.definition;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import dev.weir.schemas.RuleGroupRecord;
import dev.weir.schemas.wire.RecordReader;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps [RuleGroups] as `weir.rules` has them. Its store is global: every instance has all of it,
/// before its tasks start.
public final class RuleGroupsProcessor implements Processor<byte[], byte[], Void, Void> {
  public static final String STORE = "rule-groups";

  private static final Logger LOG = LoggerFactory.getLogger(RuleGroupsProcessor.class);

  private final RuleGroups groups;
  private final RecordReader<RuleGroupRecord> reader;
  private final Map<Bytes, GroupId> byKey = new HashMap<>();
  private @Nullable KeyValueStore<Bytes, byte[]> store;

  public RuleGroupsProcessor(RuleGroups groups, RecordReader<RuleGroupRecord> reader) {
    this.groups = requireNonNull(groups, "groups");
    this.reader = requireNonNull(reader, "reader");
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    KeyValueStore<Bytes, byte[]> restored = context.getStateStore(STORE);
    store = restored;
    try (KeyValueIterator<Bytes, byte[]> all = restored.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> entry = all.next();
        learn(entry.key, entry.value);
      }
    }
  }

  @Override
  public void process(Record<byte[], byte[]> input) {
    Bytes key = Bytes.wrap(input.key());
    KeyValueStore<Bytes, byte[]> definitions =
        requireNonNull(store, "the processor is initialised");
    if (input.value() == null) {
      definitions.delete(key);
      GroupId gone = byKey.remove(key);
      if (gone != null) {
        groups.remove(gone);
      }
    } else {
      if (learn(key, input.value())) {
        definitions.put(key, input.value());
      }
    }
  }

  /// @return whether it is a definition
  private boolean learn(Bytes key, byte[] value) {
    RuleGroupRecord rules;
    try {
      rules = reader.read(value);
    } catch (WeirException.Corrupt e) {
      LOG.warn("a record of a rule group cannot be read, and is passed over: {}", e.getMessage());
      return false;
    }
    if (rules.body() instanceof RuleGroupRecord.Definition definition) {
      GroupId id = new GroupId(rules.tenant(), rules.file(), rules.group());
      byKey.put(key, id);
      groups.put(id, definition);
      return true;
    }
    return false;
  }
}
