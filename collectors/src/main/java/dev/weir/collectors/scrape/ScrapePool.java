package dev.weir.collectors.scrape;

import dev.weir.collectors.scrape.TargetScraper.Settings;
import dev.weir.model.Labels;
import dev.weir.schemas.TargetState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The targets of one scrape configuration. For one thread at a time.
final class ScrapePool {
  private static final Logger log = LoggerFactory.getLogger(ScrapePool.class);

  /// What all pools of a collector share.
  ///
  /// @param newScraper makes the scraper of a new target
  /// @param normalizeBounds as [SeriesRules] takes it
  /// @param seed of the schedules
  record Shared(
      Function<Settings, TargetScraper> newScraper,
      boolean normalizeBounds,
      TargetStates states,
      ScrapeOutput output,
      ScrapeMetrics metrics,
      ScrapeClock clock,
      long seed,
      boolean extraMetrics) {}

  /// A target that is scraped, and by what.
  record Running(Target target, TargetScraper scraper, ScrapeLoop loop) {}

  private final Shared shared;
  private final Map<String, Running> running = new LinkedHashMap<>();
  private final Map<String, TargetState> dropped = new LinkedHashMap<>();
  private ScrapeJob job;

  ScrapePool(ScrapeJob job, Shared shared) {
    this.job = job;
    this.shared = shared;
  }

  ScrapeJob job() {
    return job;
  }

  String name() {
    return job.name();
  }

  /// Takes a job, which may be the one that it has, and scrapes its targets from now on.
  ///
  /// @param ended hears of each target that is scraped no longer; its loop has stopped
  void apply(ScrapeJob newJob, Consumer<Running> ended) throws InterruptedException {
    ScrapeJob before = job;
    boolean changed = !newJob.isOf(before.config(), before.attached());
    job = newJob;
    Map<String, Target> wanted = discover();
    List<Running> gone =
        running.values().stream().filter(one -> !wanted.containsKey(one.target().id())).toList();
    stop(changed ? List.copyOf(running.values()) : gone, false);
    for (Running one : gone) {
      running.remove(one.target().id());
      shared.output().gone(shared.states().found(one.target()));
      ended.accept(one);
    }
    for (Target target : wanted.values()) {
      Running present = running.get(target.id());
      if (present == null) {
        running.put(target.id(), start(target, shared.newScraper().apply(settings(target))));
        shared.output().state(shared.states().found(target));
      } else if (changed) {
        present.scraper().reconfigure(settings(target));
        running.put(target.id(), start(target, present.scraper()));
      }
    }
    checkTargetLimit();
    if (changed) {
      before.close();
    }
  }

  private Settings settings(Target target) {
    return new Settings(
        target,
        job.config(),
        new SeriesRules(target.labels(), job.config(), target.attached(), shared.normalizeBounds()),
        job.client(),
        shared.extraMetrics() || job.config().extraScrapeMetrics());
  }

  private Running start(Target target, TargetScraper scraper) {
    StateThrottle throttle = new StateThrottle();
    ScrapeLoop loop =
        new ScrapeLoop(
            scraper,
            ScrapeSchedule.of(target, shared.seed()),
            shared.clock(),
            shared.metrics(),
            outcome -> {
              if (throttle.admits(outcome)) {
                shared.output().state(shared.states().scraped(target, outcome));
              }
            });
    loop.start();
    return new Running(target, scraper, loop);
  }

  private Map<String, Target> discover() {
    Map<String, Target> active = new LinkedHashMap<>();
    Map<String, TargetState> nowDropped = new LinkedHashMap<>();
    int unusable = 0;
    int droppedCount = 0;
    for (DiscoveredTarget found : job.factory().targets(job.config().staticConfigs())) {
      switch (found) {
        case DiscoveredTarget.Active(Target target) -> active.putIfAbsent(target.id(), target);
        case DiscoveredTarget.Dropped target -> {
          droppedCount++;
          long keep = job.config().limits().droppedTargets();
          if (keep == 0 || nowDropped.size() < keep) {
            nowDropped.put(target.id(), shared.states().dropped(target));
          }
        }
        case DiscoveredTarget.Unusable(_, Labels labels, String reason) -> {
          unusable++;
          log.error("job {}: target {} cannot be scraped: {}", name(), labels, reason);
        }
      }
    }
    showDropped(nowDropped);
    shared.metrics().targets(name(), active.size(), droppedCount, unusable);
    return active;
  }

  private void showDropped(Map<String, TargetState> now) {
    dropped.forEach((id, state) -> {
      if (!now.containsKey(id)) {
        shared.output().gone(state);
      }
    });
    now.forEach((id, state) -> {
      if (!state.equals(dropped.get(id))) {
        shared.output().state(state);
      }
    });
    dropped.clear();
    dropped.putAll(now);
  }

  private void checkTargetLimit() {
    long limit = job.config().limits().targets();
    Optional<String> error =
        limit > 0 && running.size() > limit
            ? Optional.of(
                "target_limit exceeded (number of targets: %d, limit: %d)"
                    .formatted(running.size(), limit))
            : Optional.empty();
    running.values().forEach(target -> target.scraper().forceError(error));
  }

  /// What tells the series of the targets that are scraped from others.
  List<Labels> seriesLabels() {
    return running.values().stream().map(target -> target.target().seriesLabels()).toList();
  }

  /// Stops scraping because the job is gone.
  void end(Consumer<Running> ended) throws InterruptedException {
    stop(List.copyOf(running.values()), false);
    for (Running target : running.values()) {
      shared.output().gone(shared.states().found(target.target()));
      ended.accept(target);
    }
    running.clear();
    showDropped(Map.of());
    shared.metrics().forget(name());
    job.close();
  }

  /// Stops scraping because the collector stops: targets and their series stay as they are.
  void stop() throws InterruptedException {
    stop(List.copyOf(running.values()), true);
    job.close();
  }

  /// Stops loops side by side, for one may wait for its target's answer.
  private static void stop(List<Running> targets, boolean giveUp) throws InterruptedException {
    List<Thread> stops = new ArrayList<>();
    for (Running target : targets) {
      stops.add(
          Thread.startVirtualThread(() -> {
            try {
              target.loop().stop(giveUp);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }));
    }
    for (Thread stop : stops) {
      stop.join();
    }
  }
}
