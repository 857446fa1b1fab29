package dev.weir.collectors.scrape;

import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Scrapes one target again and again, on a virtual thread of its own. A scrape that takes longer
/// than the interval leaves out those that were due in the meantime.
final class ScrapeLoop {
  private static final Logger log = LoggerFactory.getLogger(ScrapeLoop.class);

  private final TargetScraper scraper;
  private final ScrapeSchedule schedule;
  private final ScrapeClock clock;
  private final ScrapeMetrics metrics;
  private final Consumer<ScrapeOutcome> outcomes;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private boolean sleeping;
  private boolean stopping;
  private volatile @Nullable Instant lastDue;

  /// @param outcomes hears how each scrape went, on the loop's thread
  ScrapeLoop(
      TargetScraper scraper,
      ScrapeSchedule schedule,
      ScrapeClock clock,
      ScrapeMetrics metrics,
      Consumer<ScrapeOutcome> outcomes) {
    this.scraper = scraper;
    this.schedule = schedule;
    this.clock = clock;
    this.metrics = metrics;
    this.outcomes = outcomes;
    this.thread = Thread.ofVirtual().name("scrape " + scraper.target()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      Instant due = schedule.nextAfter(clock.instant());
      while (awaitDue(due)) {
        due = scrape(due);
      }
    } catch (InterruptedException e) {
      log.debug("target {} is no longer scraped", scraper.target(), e);
    } catch (RuntimeException e) {
      log.error("target {} is no longer scraped because of a defect", scraper.target(), e);
    }
  }

  /// @return false if the loop stops instead
  private boolean awaitDue(Instant due) throws InterruptedException {
    lock.lock();
    try {
      if (stopping) {
        return false;
      }
      sleeping = true;
    } finally {
      lock.unlock();
    }
    try {
      clock.sleepUntil(due);
    } finally {
      awake();
    }
    return !isStopping();
  }

  private void awake() {
    lock.lock();
    try {
      sleeping = false;
    } finally {
      lock.unlock();
    }
  }

  private boolean isStopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  /// Scrapes once.
  ///
  /// @return when the next scrape is due
  private Instant scrape(Instant due) throws InterruptedException {
    Instant started = clock.instant();
    metrics.late((started.toEpochMilli() - due.toEpochMilli()) / 1e3);
    long timestampMillis = schedule.timestampMillis(due, started);
    Instant expectedNext = due.plusMillis(schedule.intervalMillis());
    lastDue = due;
    outcomes.accept(scraper.scrape(timestampMillis, OptionalLong.of(expectedNext.toEpochMilli())));
    Instant now = clock.instant();
    if (now.isBefore(expectedNext)) {
      return expectedNext;
    }
    Instant next = schedule.nextAfter(now.minusMillis(schedule.intervalMillis()));
    metrics.skipped(
        scraper.target().scrapePool(),
        (next.toEpochMilli() - expectedNext.toEpochMilli()) / schedule.intervalMillis());
    return next;
  }

  /// When the last scrape was due; null if there was none.
  @Nullable Instant lastDue() {
    return lastDue;
  }

  /// Stops before the next scrape and returns when the loop has ended.
  ///
  /// @param giveUp whether to give up a scrape that is under way
  void stop(boolean giveUp) throws InterruptedException {
    lock.lock();
    try {
      stopping = true;
      if (sleeping || giveUp) {
        thread.interrupt();
      }
    } finally {
      lock.unlock();
    }
    thread.join();
  }
}
