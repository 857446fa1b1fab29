package dev.weir.streams.leaf;

import static java.util.Objects.requireNonNull;

import dev.weir.model.AcceptedTimes;
import dev.weir.model.GroupKey;
import dev.weir.model.Hash128;
import dev.weir.model.Layout;
import dev.weir.model.WeirException;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.schemas.RecordKeys;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.read.SampleReader;
import dev.weir.schemas.wire.SchemaRegistry;
import dev.weir.streams.commit.CommitPace;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.LeafPlans;
import dev.weir.streams.partial.LayoutStore;
import dev.weir.streams.partial.Partial;
import dev.weir.streams.partial.PartialFormat;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The first stage: feeds a [LeafShard] with the records of one partition of samples and of
/// recorded series, keeps what it needs in stores with changelogs, and forwards its partial
/// results.
///
/// Records are read and results forwarded within the task's transactions, so the stores always are
/// as of the committed offsets.
public final class LeafProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  public static final String ROWS = "leaf-rows";
  public static final String LAYOUTS = "leaf-layouts";
  public static final String PROGRESS = "leaf-progress";

  private static final Logger LOG = LoggerFactory.getLogger(LeafProcessor.class);

  /// The topics that are read, in the order of their numbers in stores.
  public static final List<String> INPUTS = List.of(Topics.SAMPLES, Topics.RECORDED);

  private static final Duration TICK = Duration.ofMillis(50);
  private static final long DROP_INTERVAL_MILLIS = Duration.ofSeconds(15).toMillis();

  /// Where records have come so lately, the next will tell how far time has moved on; nobody need
  /// ask.
  private static final long QUIET_MILLIS = 200;

  /// The merge gets a layout again when this has passed, long before it would forget it.
  private static final long CARRY_AGAIN_MILLIS = Duration.ofMinutes(10).toMillis();

  /// How far ahead of its arrival a row may be, for rules as for storage.
  private static final long MAX_AHEAD_MILLIS = AcceptedTimes.MAX_AHEAD.toMillis();

  /// A layout that no row has used for so long, and that no kept row has, is forgotten.
  private static final long FORGET_LAYOUT_MILLIS = Duration.ofMinutes(30).toMillis();

  /// What the processors of an instance share.
  ///
  /// @param plans the rule groups as they are now
  /// @param boundMillis the longest wait for a row that is due
  /// @param pastReaders consumers without a group, that begin at the beginning where records are
  ///   gone
  /// @param pastReading places for tasks that read the past at once
  /// @param layoutLookbackMillis how much earlier a reader begins so that it knows every layout,
  ///   and how far back the job begins when it runs for the first time
  public record Surroundings(
      Supplier<LeafPlans> plans,
      QueryEngine engine,
      LogEnds logEnds,
      long boundMillis,
      Supplier<Consumer<byte[], byte[]>> pastReaders,
      Semaphore pastReading,
      long layoutLookbackMillis,
      SampleReader.Settings reader,
      Optional<SchemaRegistry> registry,
      CommitPace commits,
      LeafMetrics metrics) {
    public Surroundings {
      requireNonNull(plans, "plans");
      requireNonNull(engine, "engine");
      requireNonNull(logEnds, "logEnds");
      requireNonNull(pastReaders, "pastReaders");
      requireNonNull(pastReading, "pastReading");
      requireNonNull(reader, "reader");
      requireNonNull(registry, "registry");
      requireNonNull(commits, "commits");
      requireNonNull(metrics, "metrics");
    }
  }

  /// What there is while the task runs.
  private record Task(
      ProcessorContext<byte[], byte[]> context,
      int partition,
      LeafShard shard,
      RowStore rows,
      LayoutStore layouts,
      ProgressStore progress,
      Seeder seeder,
      Map<String, SampleReader> readers) {}

  private record Carried(GroupId group, Hash128 layout) {}

  private final Surroundings surroundings;
  private final PartialFormat format = new PartialFormat();
  private final Map<Carried, Long> carriedAt = new HashMap<>();
  private final Map<String, Long> positions = new HashMap<>();
  private @Nullable Task task;
  private long readToMillis = LogEnds.UNKNOWN;
  private long nextDropMillis;

  /// Groups that the metrics tell the silent inputs of.
  private Set<GroupId> silentTold = Set.of();

  /// Where reading samples begins that were never read.
  private long firstPosition;

  public LeafProcessor(Surroundings surroundings) {
    this.surroundings = requireNonNull(surroundings, "surroundings");
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    // Kafka Streams makes the same processor begin anew where a transaction has failed.
    carriedAt.clear();
    positions.clear();
    readToMillis = LogEnds.UNKNOWN;
    nextDropMillis = 0;
    int partition = context.taskId().partition();
    Map<String, SampleReader> readers = new HashMap<>();
    LeafShard shard =
        new LeafShard(
            partition,
            surroundings.engine(),
            surroundings.boundMillis(),
            sinceMillis -> parked(readers, sinceMillis));
    for (String topic : INPUTS) {
      readers.put(topic, reader(new Rows(topic)));
    }
    LayoutStore layouts =
        new LayoutStore(
            context.getStateStore(LAYOUTS),
            context.currentSystemTimeMs(),
            layout -> readers.values().forEach(reader -> reader.learn(layout)));
    RowStore rows = new RowStore(context.getStateStore(ROWS));
    ProgressStore progress = new ProgressStore(context.getStateStore(PROGRESS));
    Seeder seeder =
        new Seeder(
            partition,
            surroundings.pastReaders(),
            topic -> reader(new PastRows(topic)),
            surroundings.layoutLookbackMillis(),
            surroundings.pastReading(),
            progress);
    task = new Task(context, partition, shard, rows, layouts, progress, seeder, readers);
    Restored restored = new Restored(task());
    progress.readAll(restored);
    plans(task());
    restored.groups().stream()
        .filter(group -> !surroundings.plans().get().byGroup().containsKey(group))
        .forEach(progress::remove);
    if (!positions.containsKey(Topics.SAMPLES)) {
      FirstPosition.of(
              surroundings.pastReaders(),
              new TopicPartition(Topics.SAMPLES, partition),
              context.currentSystemTimeMs() - surroundings.layoutLookbackMillis())
          .ifPresent(offset -> firstPosition = offset);
    }
    rows.readAll(kept -> restore(task(), kept));
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
  }

  private static Set<GroupKey> parked(Map<String, SampleReader> readers, long sinceMillis) {
    Set<GroupKey> parked = new HashSet<>();
    readers.values().forEach(reader -> parked.addAll(reader.parkedGroups(sinceMillis)));
    return parked;
  }

  private SampleReader reader(SampleReader.Receiver receiver) {
    return new SampleReader(surroundings.reader(), surroundings.registry(), 0, receiver);
  }

  private void plans(Task task) {
    LeafPlans plans = surroundings.plans().get();
    task.shard().plans(plans);
    task.seeder().plans(plans);
  }

  /// Takes over how far the task had come.
  private final class Restored implements ProgressStore.Receiver {
    private final Task task;
    private final Set<GroupId> groups = new HashSet<>();

    Restored(Task task) {
      this.task = task;
    }

    /// All that something is kept of.
    Set<GroupId> groups() {
      return groups;
    }

    @Override
    public void next(GroupId group, long millis) {
      groups.add(group);
      task.shard().resume(group, millis);
    }

    @Override
    public void read(String topic, long offset) {
      positions.put(topic, offset);
      task.shard().read(topic, offset);
    }

    @Override
    public void seeded(GroupId group, Hash128 definition) {
      groups.add(group);
      task.seeder().restore(group, definition);
    }
  }

  private Task task() {
    return requireNonNull(task, "the task is initialised before it is used");
  }

  private static void restore(Task task, RowStore.Kept kept) {
    SampleRecord rows = kept.rows();
    task.readers().values().forEach(reader -> reader.learnEpoch(rows.group(), rows.epoch()));
    Layout layout = task.layouts().get(rows.layoutHash(), kept.appendedMillis());
    if (layout == null) {
      throw new WeirException.Internal(
          "kept rows of %s have layout %s, which is not kept; stop the job and delete its state"
              .formatted(rows.group(), rows.layoutHash()));
    }
    task.shard()
        .rows(rows.group(), layout, rows.rows(), rows.nextDueMillis(), kept.appendedMillis());
  }

  @Override
  public void process(Record<byte[], byte[]> input) {
    Task task = task();
    RecordMetadata metadata =
        task.context()
            .recordMetadata()
            .orElseThrow(() -> new WeirException.Internal("an input record has no offset"));
    plans(task);
    boolean samples = metadata.topic().equals(Topics.SAMPLES);
    if (samples) {
      noticeHole(metadata);
      readToMillis = Math.max(readToMillis, input.timestamp());
      // What is complete without this record is evaluated without it, as it would have been when it
      // was not there yet.
      evaluate(task);
    }
    if (input.value() != null) {
      SampleReader reader =
          requireNonNull(task.readers().get(metadata.topic()), "a reader for each input");
      reader.read(metadata.offset(), input.timestamp(), input.value());
    }
    long position = metadata.offset() + 1;
    positions.put(metadata.topic(), position);
    task.shard().read(metadata.topic(), position);
    task.progress().putOffset(metadata.topic(), position);
    if (samples) {
      evaluate(task);
    }
  }

  /// Says so where Kafka has deleted records before they were read: the job was away for longer
  /// than the topic is kept, and goes on with what there is. Offsets of samples have no gaps
  /// otherwise.
  private void noticeHole(RecordMetadata metadata) {
    long expected = positions.getOrDefault(metadata.topic(), metadata.offset());
    if (metadata.offset() > expected) {
      surroundings.metrics().missed(metadata.offset() - expected);
      LOG.error(
          "{}/{}: the records from offset {} to {} are deleted and were not read; rules go on without"
              + " them",
          metadata.topic(),
          metadata.partition(),
          expected,
          metadata.offset() - 1);
    }
  }

  /// Takes the rows that a reader makes of an input topic's records.
  private final class Rows implements SampleReader.Receiver {
    private final String topic;

    Rows(String topic) {
      this.topic = topic;
    }

    @Override
    public void rows(long offset, long appendedMillis, Layout layout, SampleRecord sampleRecord) {
      Task task = task();
      surroundings.metrics().read(sampleRecord.sampleCount());
      if (isTooFarAhead(appendedMillis, sampleRecord)) {
        surroundings.metrics().ahead();
        return;
      }
      var _ = task.layouts().put(layout, appendedMillis);
      task.shard()
          .rows(
              sampleRecord.group(),
              layout,
              sampleRecord.rows(),
              sampleRecord.nextDueMillis(),
              appendedMillis);
      keep(task, topic, offset, appendedMillis, layout, sampleRecord);
    }

    @Override
    public void deadLetter(long offset, long appendedMillis, byte[] value, String reason) {
      // The sink, which reads the same records, writes it down.
      surroundings.metrics().unreadable();
      LOG.warn("{}/{} offset {}: {}", topic, task().partition(), offset, reason);
    }
  }

  /// Takes the rows that are read once more, for groups that look back on them.
  private final class PastRows implements SampleReader.Receiver {
    private final String topic;

    PastRows(String topic) {
      this.topic = topic;
    }

    @Override
    public void rows(long offset, long appendedMillis, Layout layout, SampleRecord sampleRecord) {
      Task task = task();
      if (isTooFarAhead(appendedMillis, sampleRecord)) {
        return;
      }
      if (task.layouts().put(layout, appendedMillis)) {
        // Records that the task itself has read may wait for it.
        task.readers().values().forEach(reader -> reader.learn(layout));
      }
      task.shard().past(sampleRecord.group(), layout, sampleRecord.rows());
      keep(task, topic, offset, appendedMillis, layout, sampleRecord);
    }

    @Override
    public void deadLetter(long offset, long appendedMillis, byte[] value, String reason) {
      LOG.debug("{}/{} offset {}: {}", topic, task().partition(), offset, reason);
    }
  }

  /// Whether a record has rows that storage does not take, because somebody's clock is wrong.
  private static boolean isTooFarAhead(long appendedMillis, SampleRecord sampleRecord) {
    return sampleRecord.rows().getLast().timestampMillis() > appendedMillis + MAX_AHEAD_MILLIS;
  }

  /// Keeps the columns of a record that some rule selects.
  private static void keep(
      Task task,
      String topic,
      long offset,
      long appendedMillis,
      Layout layout,
      SampleRecord sampleRecord) {
    int[] columns = task.shard().selected(sampleRecord.group().tenant(), layout).columns();
    if (columns.length > 0) {
      SampleRecord kept =
          new SampleRecord(
              sampleRecord.group(),
              layout.hash(),
              Optional.empty(),
              KeptRows.of(sampleRecord.rows(), columns),
              sampleRecord.epoch(),
              sampleRecord.nextDueMillis());
      task.rows().put(INPUTS.indexOf(topic), offset, new RowStore.Kept(appendedMillis, kept));
    }
  }

  private void tick(long nowMillis) {
    Task task = task();
    plans(task);
    task.seeder().step(nowMillis, earliestWaiting(task, nowMillis), positions);
    task.seeder().tell(nowMillis, (group, definition) -> tellWarming(task, group, definition));
    surroundings.commits().tick(nowMillis, task.context()::commit);
    boolean drops = nowMillis >= nextDropMillis;
    boolean quiet = readToMillis < nowMillis - QUIET_MILLIS;
    if (drops || (quiet && task.shard().isDue(nowMillis))) {
      askLogEnds(task);
    }
    if (readToMillis == LogEnds.UNKNOWN) {
      return;
    }
    evaluate(task);
    if (drops) {
      nextDropMillis = nowMillis + DROP_INTERVAL_MILLIS;
      drop(task, nowMillis);
    }
  }

  private void askLogEnds(Task task) {
    readToMillis =
        Math.max(
            readToMillis,
            surroundings
                .logEnds()
                .readToMillis(
                    task.partition(), positions.getOrDefault(Topics.SAMPLES, firstPosition)));
  }

  /// The earliest time that a group waits to be evaluated for.
  private static long earliestWaiting(Task task, long nowMillis) {
    long earliest = nowMillis;
    for (GroupId group : task.seeder().waiting()) {
      earliest = Math.min(earliest, task.shard().nextMillis(group));
    }
    return earliest;
  }

  private void tellWarming(Task task, GroupId group, Hash128 definition) {
    forward(
        task, Partial.warming(group, definition, task.shard().nextMillis(group), task.partition()));
  }

  private void drop(Task task, long nowMillis) {
    long oldest = task.shard().drop(readToMillis);
    task.rows().dropBefore(oldest);
    // Kept rows refer to their layouts, and rows to come may still use them.
    task.layouts().forgetBefore(Math.min(oldest, readToMillis) - FORGET_LAYOUT_MILLIS);
    carriedAt.values().removeIf(at -> nowMillis - at > CARRY_AGAIN_MILLIS);
    surroundings
        .metrics()
        .window(
            task.partition(),
            task.shard().window().seriesCount(),
            task.shard().window().rowCount(),
            task.readers().values().stream().mapToInt(SampleReader::parkedRecords).sum());
    Map<GroupId, Integer> silent = task.shard().silentInputs(readToMillis);
    surroundings.metrics().silent(task.partition(), silent, silentTold);
    silentTold = Set.copyOf(silent.keySet());
  }

  private void evaluate(Task task) {
    task.shard()
        .evaluate(
            readToMillis,
            task.seeder().waiting(),
            partial -> {
              task.progress().putNext(partial.group(), partial.timestampMillis() + 1);
              forward(task, partial);
            });
  }

  private void forward(Task task, Partial partial) {
    long nowMillis = task.context().currentSystemTimeMs();
    GroupId group = partial.group();
    byte[] value =
        format.write(
            partial,
            layout -> {
              Long at = carriedAt.get(new Carried(group, layout.hash()));
              boolean carries = at == null || nowMillis - at > CARRY_AGAIN_MILLIS;
              if (carries) {
                carriedAt.put(new Carried(group, layout.hash()), nowMillis);
              }
              return carries;
            });
    if (value.length > PartialFormat.MAX_BYTES) {
      carriedAt.keySet().removeIf(carried -> carried.group().equals(group));
      value = format.write(tooLarge(partial, value.length), _ -> false);
    }
    surroundings.metrics().partial(value.length);
    task.context()
        .forward(
            new Record<>(
                RecordKeys.of(group.tenant().name(), group.file(), group.group()),
                value,
                Math.max(0, partial.timestampMillis())));
    surroundings.commits().results(nowMillis, task.context()::commit);
  }

  /// A partial result in place of one that is too large to travel: every leaf says so.
  private static Partial tooLarge(Partial partial, int bytes) {
    String message =
        "the series that group %s selects in one partition take %d bytes, more than %d; select fewer"
            .formatted(partial.group(), bytes, PartialFormat.MAX_BYTES);
    Map<Integer, Partial.Leaf> failed = new HashMap<>();
    partial
        .leaves()
        .keySet()
        .forEach(number -> failed.put(number, new Partial.Leaf.Failed(message)));
    return new Partial(
        partial.group(),
        partial.definition(),
        partial.timestampMillis(),
        partial.partition(),
        partial.cut(),
        failed,
        partial.silent());
  }

  @Override
  public void close() {
    if (task != null) {
      task.seeder().close();
      surroundings.metrics().silent(task.partition(), Map.of(), silentTold);
      surroundings.metrics().closed(task.partition());
    }
  }
}
