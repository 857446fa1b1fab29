package dev.weir.collectors.scrape;

import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Scrapes one target again and again, on a virtual thread of its own. After a scrape that takes
/// longer than the interval, the last one that was due in the meantime is made up for at once, and
/// those before it are left out. Where the clock is set back, the next place in the interval is
/// due.
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
        Instant now = clock.instant();
        due = now.isBefore(due) ? schedule.nextAfter(now) : scrape(due, now);
      }
    } catch (InterruptedException e) {
      log.debug("target {} is no longer scraped", scraper.target(), e);
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
  private Instant scrape(Instant due, Instant started) throws InterruptedException {
    metrics.late((started.toEpochMilli() - due.toEpochMilli()) / 1e3);
    Instant expectedNext = due.plusMillis(schedule.intervalMillis());
    lastDue = due;
    try {
      outcomes.accept(
          scraper.scrape(
              schedule.timestampMillis(due, started),
              OptionalLong.of(expectedNext.toEpochMilli())));
    } catch (RuntimeException e) {
      // One bad answer must not end the target for good.
      log.error("the scrape of target {} failed because of a defect", scraper.target(), e);
    }
    Instant now = clock.instant();
    if (now.isBefore(expectedNext)) {
      Instant next = schedule.nextAfter(now);
      return next.equals(due) ? expectedNext : next;
    }
    Instant latest = schedule.nextAfter(now.minusMillis(schedule.intervalMillis()));
    // One that was due before this one started, if late, need not be made up for.
    Instant next = latest.isAfter(started) ? latest : schedule.nextAfter(now);
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
