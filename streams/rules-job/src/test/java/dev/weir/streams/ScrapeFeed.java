package dev.weir.streams;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Scrapes instances every second, each up and down for random times.
///
/// A scrape is written before its time, so that it is there when an evaluation looks for it,
/// however busy the machine is. Where the machine was too busy even for that, scrapes are left out,
/// as a collector leaves them out.
final class ScrapeFeed implements AutoCloseable {
  private static final long INTERVAL_MILLIS = 1_000;
  private static final long AHEAD_MILLIS = 3_000;
  private static final int LONGEST_SECONDS = 12;

  private final RulesCluster cluster;
  private final Random random;
  private final Map<String, NavigableMap<Long, Double>> scrapes = new TreeMap<>();
  private final Map<String, Long> nextChangeMillis = new HashMap<>();
  private final Map<String, Double> up = new HashMap<>();
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final Future<?> running;
  private long nextMillis;
  private boolean ending;

  ScrapeFeed(RulesCluster cluster, List<String> instances, Random random) {
    this.cluster = cluster;
    this.random = random;
    for (String instance : instances) {
      scrapes.put(instance, new TreeMap<>());
      up.put(instance, 1.0);
    }
    this.nextMillis = now() / INTERVAL_MILLIS * INTERVAL_MILLIS;
    instances.forEach(instance -> nextChangeMillis.put(instance, changeAfter(now())));
    this.running = executor.scheduleWithFixedDelay(this::write, 0, 100, TimeUnit.MILLISECONDS);
  }

  private static long now() {
    return System.currentTimeMillis();
  }

  private long changeAfter(long millis) {
    return millis + INTERVAL_MILLIS * (1 + random.nextInt(LONGEST_SECONDS));
  }

  private synchronized void write() {
    if (ending) {
      return;
    }
    long aheadMillis = now() + AHEAD_MILLIS;
    if (nextMillis < aheadMillis - INTERVAL_MILLIS) {
      nextMillis = aheadMillis / INTERVAL_MILLIS * INTERVAL_MILLIS;
    }
    for (; nextMillis <= aheadMillis; nextMillis += INTERVAL_MILLIS) {
      scrape(nextMillis);
    }
  }

  private void scrape(long timestampMillis) {
    for (String instance : scrapes.keySet()) {
      if (ending) {
        up.put(instance, 1.0);
      } else if (timestampMillis >= nextChangeMillis.getOrDefault(instance, 0L)) {
        up.compute(instance, (_, before) -> before != null && before == 1 ? 0.0 : 1.0);
        nextChangeMillis.put(instance, changeAfter(timestampMillis));
      }
    }
    cluster.scrape(timestampMillis, OptionalLong.of(timestampMillis + INTERVAL_MILLIS), up);
    if (now() >= timestampMillis) {
      throw new AssertionError(
          "it took more than %s to write a scrape; this machine is too slow"
              .formatted(Duration.ofMillis(AHEAD_MILLIS)));
    }
    scrapes.forEach(
        (instance, values) -> values.put(timestampMillis, up.getOrDefault(instance, 1.0)));
  }

  /// Everything comes up, and nothing is scraped any more.
  ///
  /// @return what was scraped
  Map<String, NavigableMap<Long, Double>> end() {
    synchronized (this) {
      check();
      ending = true;
      scrape(nextMillis);
    }
    close();
    return scrapes;
  }

  /// Fails if writing has failed.
  void check() {
    if (running.isDone()) {
      throw new AssertionError("no scrapes are written any more: " + running.exceptionNow());
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
