package dev.weir.streams.leaf;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.schemas.read.SampleReader;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.LeafPlan;
import dev.weir.streams.definition.LeafPlans;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that the window of a partition has all that rule groups look back on: where a group
/// is new, or selects more than before, the past is read again. Until then the group waits, so that
/// no rule takes for missing what was not kept.
final class Seeder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Seeder.class);

  private static final long TELL_MILLIS = Duration.ofSeconds(2).toMillis();
  private static final long RETRY_MILLIS = Duration.ofSeconds(5).toMillis();

  private final int partition;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Function<String, SampleReader> readers;
  private final long lookbackMillis;
  private final Semaphore places;
  private final ProgressStore progress;
  private final SeededGroups seeded = new SeededGroups();

  private LeafPlans plans = LeafPlans.NONE;
  private Map<GroupId, Hash128> waiting = Map.of();
  private long reachMillis;
  private @Nullable Seeding running;

  /// Whether this has one of the places.
  private boolean reading;

  private long nextTryMillis;
  private long nextTellMillis;

  /// @param consumers without a group, that begin at the beginning where records are gone
  /// @param readers make a reader for a topic, which knows no layout yet
  /// @param lookbackMillis how much earlier a reader begins so that it knows every layout
  /// @param places for those that read at once, of all tasks of the process
  Seeder(
      int partition,
      Supplier<Consumer<byte[], byte[]>> consumers,
      Function<String, SampleReader> readers,
      long lookbackMillis,
      Semaphore places,
      ProgressStore progress) {
    this.partition = partition;
    this.consumers = requireNonNull(consumers, "consumers");
    this.readers = requireNonNull(readers, "readers");
    this.lookbackMillis = lookbackMillis;
    this.places = requireNonNull(places, "places");
    this.progress = requireNonNull(progress, "progress");
  }

  /// Takes over what was seeded before a restart.
  void restore(GroupId group, Hash128 definition) {
    seeded.restore(group, definition);
  }

  /// Takes over the versions of rule groups that hold from now on.
  void plans(LeafPlans changed) {
    if (changed.version() == plans.version()) {
      return;
    }
    plans.byGroup().keySet().stream()
        .filter(group -> !changed.byGroup().containsKey(group))
        .forEach(progress::remove);
    plans = changed;
    seeded.plans(changed);
    update();
  }

  private void update() {
    SeededGroups.Missing missing =
        seeded.missing(plans, plan -> progress.putSeeded(plan.id(), plan.definition()));
    waiting = missing.groups();
    reachMillis = missing.reachMillis();
  }

  /// The groups that are not evaluated yet.
  Set<GroupId> waiting() {
    return waiting.keySet();
  }

  /// Tells now and then which groups are not evaluated yet, so that the merge waits for them.
  void tell(long nowMillis, BiConsumer<GroupId, Hash128> told) {
    if (!waiting.isEmpty() && nowMillis >= nextTellMillis) {
      nextTellMillis = nowMillis + TELL_MILLIS;
      waiting.forEach(told);
    }
  }

  /// Reads on for a moment where there is something to read.
  ///
  /// @param fromMillis the earliest evaluation time that is still to come, or before it
  /// @param positions the offset after the last record that the task has read, by topic
  void step(long nowMillis, long fromMillis, Map<String, Long> positions) {
    if (waiting.isEmpty() || nowMillis < nextTryMillis) {
      return;
    }
    try {
      Seeding seeding = running;
      if (seeding == null) {
        if (!places.tryAcquire()) {
          return;
        }
        reading = true;
        seeding =
            Seeding.begin(
                waiting,
                consumers.get(),
                partition,
                positions,
                LeafProcessor.INPUTS,
                fromMillis - reachMillis - lookbackMillis,
                readers);
        running = seeding;
      }
      if (seeding.step()) {
        done(seeding.groups());
        close();
      }
    } catch (KafkaException e) {
      LOG.warn(
          "partition {}: the past of {} rule groups cannot be read, trying again: {}",
          partition,
          waiting.size(),
          e.getMessage());
      close();
      nextTryMillis = nowMillis + RETRY_MILLIS;
    }
  }

  private void done(Map<GroupId, Hash128> groups) {
    for (LeafPlan plan : plans.all()) {
      if (plan.definition().equals(groups.get(plan.id()))) {
        seeded.done(plan);
        progress.putSeeded(plan.id(), plan.definition());
      }
    }
    LOG.info("partition {}: {} rule groups have their past", partition, groups.size());
    update();
  }

  @Override
  public void close() {
    if (running != null) {
      running.close();
      running = null;
    }
    if (reading) {
      reading = false;
      places.release();
    }
  }
}
