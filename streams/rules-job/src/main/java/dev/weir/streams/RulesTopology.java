package dev.weir.streams;

import dev.weir.schemas.RecordType;
import dev.weir.schemas.Topics;
import dev.weir.streams.definition.RuleGroupsProcessor;
import dev.weir.streams.leaf.LeafProcessor;
import dev.weir.streams.merge.MergeProcessor;
import dev.weir.streams.merge.Output;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// The topology of the rules job, which never changes: rules are data. See
/// `docs/rules-on-the-stream.md`.
///
/// @param mergePartitions over which rule groups are spread
/// @param begin how far back to read when the job runs for the first time
/// @param stores makes the stores that have a changelog, by name
record RulesTopology(
    LeafProcessor.Surroundings leaf,
    MergeProcessor.Surroundings merge,
    int mergePartitions,
    Duration begin,
    Function<String, KeyValueBytesStoreSupplier> stores) {
  private static final Serde<byte[]> BYTES = Serdes.ByteArray();

  Topology build() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.addGlobalStore(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(RuleGroupsProcessor.STORE), Serdes.Bytes(), BYTES)
            .withLoggingDisabled(),
        Topics.RULES,
        Consumed.with(BYTES, BYTES),
        () -> new RuleGroupsProcessor(merge.groups(), RecordType.RULES.reader(merge.registry())));
    for (String store : List.of(LeafProcessor.ROWS, LeafProcessor.LAYOUTS)) {
      builder.addStateStore(store(store));
    }
    // Written with every record; the cache writes it once a transaction.
    builder.addStateStore(store(LeafProcessor.PROGRESS).withCachingEnabled());
    // Mostly what comes is evaluated within the same transaction: then only its key is written.
    builder.addStateStore(store(MergeProcessor.PENDING).withCachingEnabled());
    for (String store :
        List.of(
            MergeProcessor.LAYOUTS,
            MergeProcessor.STATE,
            MergeProcessor.RECORDED,
            MergeProcessor.ANSWERS)) {
      builder.addStateStore(store(store));
    }
    KStream<byte[], byte[]> partials =
        builder.stream(
                List.of(Topics.SAMPLES, Topics.RECORDED),
                Consumed.with(BYTES, BYTES)
                    .withOffsetResetPolicy(AutoOffsetReset.byDuration(begin)))
            .process(
                () -> new LeafProcessor(leaf),
                Named.as("leaf"),
                LeafProcessor.ROWS,
                LeafProcessor.LAYOUTS,
                LeafProcessor.PROGRESS);
    partials
        .repartition(
            Repartitioned.with(BYTES, BYTES)
                .withName(MergeProcessor.PARTIALS)
                .withNumberOfPartitions(mergePartitions))
        .process(
            () -> new MergeProcessor(merge),
            Named.as("merge"),
            MergeProcessor.PENDING,
            MergeProcessor.LAYOUTS,
            MergeProcessor.STATE,
            MergeProcessor.RECORDED,
            MergeProcessor.ANSWERS)
        .to(
            (key, output, context) -> output.topic(),
            Produced.with(
                BYTES,
                Serdes.serdeFrom(
                    (topic, output) -> output.value(),
                    (topic, bytes) -> new Output(topic, bytes))));
    return builder.build();
  }

  private StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(stores.apply(name), Serdes.Bytes(), BYTES);
  }
}
