package dev.weir.standalone;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.schemas.RecordKeys;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.schemas.wire.RecordWriter;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.broker.BrokerClients;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Scrapes targets every second and writes what they have, as a collector does: at its time, with
/// layouts only where they change. Now and then a scrape comes seconds late, not at all, or a
/// second time with other values; and a job pushes samples of some seconds ago.
final class LiveFeed implements AutoCloseable {
  private static final long INTERVAL_MILLIS = 1_000;
  private static final long TICK_MILLIS = 50;
  private static final int LATEST_MILLIS = 8_000;
  private static final int PUSHED_MILLIS = 20_000;

  /// Rows that are sent at a time of their own.
  private record Later(long atMillis, GroupRow row, OptionalLong nextDueMillis) {}

  private static final class Scraped {
    private final LiveTarget target;
    private long nextMillis;

    Scraped(LiveTarget target, long nextMillis) {
      this.target = target;
      this.nextMillis = nextMillis;
    }
  }

  private final KafkaProducer<byte[], byte[]> producer;
  private final Random random;
  private final List<Scraped> targets = new ArrayList<>();
  private final PriorityQueue<Later> later =
      new PriorityQueue<>((a, b) -> Long.compare(a.atMillis, b.atMillis));
  private final LayoutPublisher layouts =
      new LayoutPublisher(
          InstantSource.system(), new LayoutPublisher.Settings(Duration.ofMinutes(2), 1_000));
  private final RecordWriter<SampleRecord> writer =
      RecordType.SAMPLES.writer(Topics.SAMPLES, Optional.empty());
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final Future<?> running;
  private long nextPushMillis;
  private long lateRows;
  private long repeatedRows;

  LiveFeed(KafkaProducer<byte[], byte[]> producer, int targets, Random random) {
    this.producer = producer;
    this.random = random;
    long nowMillis = System.currentTimeMillis();
    for (int i = 0; i < targets; i++) {
      LiveTarget target =
          new LiveTarget(i % 3 == 0 ? "api" : "web", "host-%d:9100".formatted(i), random);
      // Each at an offset of its own.
      this.targets.add(new Scraped(target, nowMillis + random.nextInt((int) INTERVAL_MILLIS)));
    }
    this.nextPushMillis = nowMillis;
    this.running =
        executor.scheduleWithFixedDelay(this::write, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private synchronized void write() {
    long nowMillis = System.currentTimeMillis();
    List<Later> now = new ArrayList<>();
    for (Scraped scraped : targets) {
      if (nowMillis >= scraped.nextMillis) {
        // What the machine was too busy for is left out, as by a collector.
        long missed = (nowMillis - scraped.nextMillis) / INTERVAL_MILLIS;
        long timestampMillis = scraped.nextMillis + missed * INTERVAL_MILLIS;
        scraped.nextMillis = timestampMillis + INTERVAL_MILLIS;
        scrape(scraped.target, timestampMillis, nowMillis, now);
      }
    }
    if (nowMillis >= nextPushMillis) {
      nextPushMillis = nowMillis + random.nextInt(5_000);
      push(nowMillis, now);
    }
    while (!later.isEmpty() && later.peek().atMillis <= nowMillis) {
      now.add(later.remove());
    }
    send(now);
  }

  private void scrape(LiveTarget target, long timestampMillis, long nowMillis, List<Later> now) {
    List<GroupRow> rows =
        GroupRow.of(Tenant.DEFAULT, target.instance(), target.scrape(timestampMillis));
    OptionalLong nextDue = OptionalLong.of(timestampMillis + INTERVAL_MILLIS);
    int fate = random.nextInt(100);
    if (fate == 0) {
      return;
    }
    long lateMillis = fate <= 4 ? 1 + random.nextInt(LATEST_MILLIS) : 0;
    lateRows += lateMillis > 0 ? 1 : 0;
    for (GroupRow row : rows) {
      (lateMillis > 0 ? later : now).add(new Later(nowMillis + lateMillis, row, nextDue));
    }
    if (random.nextInt(50) == 0) {
      repeatedRows++;
      List<Sample> others =
          target.scrape(timestampMillis).stream()
              .map(one -> Sample.of(one.series().labels(), timestampMillis, one.value()))
              .toList();
      GroupRow.of(Tenant.DEFAULT, target.instance(), others)
          .forEach(
              row -> later.add(new Later(nowMillis + random.nextInt(LATEST_MILLIS), row, nextDue)));
    }
  }

  private void push(long nowMillis, List<Later> now) {
    List<Sample> samples = new ArrayList<>();
    for (int shard = 0; shard < 4; shard++) {
      Labels labels = Labels.of("__name__", "batch_progress_ratio", "shard", "" + shard);
      samples.add(
          Sample.of(labels, nowMillis - random.nextInt(PUSHED_MILLIS), random.nextDouble()));
    }
    GroupRow.of(Tenant.DEFAULT, samples)
        .forEach(row -> now.add(new Later(nowMillis, row, OptionalLong.empty())));
  }

  private void send(List<Later> rows) {
    List<LayoutPublisher.Publication> publications = new ArrayList<>();
    List<Future<?>> sent = new ArrayList<>();
    for (Later one : rows) {
      GroupRow row = one.row();
      LayoutPublisher.Publication publication =
          layouts.prepare(
              row.group(),
              row.layout(),
              List.of(row.row()),
              one.nextDueMillis().isPresent() ? 1 : SampleRecord.NO_EPOCH,
              one.nextDueMillis());
      publications.add(publication);
      sent.add(
          producer.send(
              new ProducerRecord<>(
                  Topics.SAMPLES,
                  RecordKeys.of(row.group().partitionKey()),
                  writer.write(publication.sampleRecord()))));
    }
    for (int i = 0; i < sent.size(); i++) {
      BrokerClients.get(sent.get(i));
      publications.get(i).acknowledged();
    }
  }

  /// Fails if writing has failed.
  void check() {
    if (running.isDone()) {
      throw new AssertionError("no samples are written any more", running.exceptionNow());
    }
  }

  /// How many rows came late, and how many a second time.
  synchronized String oddities() {
    return "%d rows late, %d repeated with other values".formatted(lateRows, repeatedRows);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
