package dev.weir.collectors.scrape;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Tells the time of scrapes, and waits for it.
interface ScrapeClock extends InstantSource {
  /// The machine's clock.
  ScrapeClock SYSTEM =
      new ScrapeClock() {
        @Override
        public Instant instant() {
          return Instant.now();
        }

        @Override
        public void sleepUntil(Instant due) throws InterruptedException {
          Duration rest = Duration.between(instant(), due);
          while (rest.isPositive()) {
            Thread.sleep(rest.compareTo(LONGEST_SLEEP) < 0 ? rest : LONGEST_SLEEP);
            Duration before = rest;
            rest = Duration.between(instant(), due);
            if (rest.compareTo(before) > 0) {
              return;
            }
          }
        }
      };

  /// How long to sleep before looking at the clock again.
  Duration LONGEST_SLEEP = Duration.ofSeconds(10);

  /// Returns when the clock shows a time, or a later one; earlier if it was set back in the
  /// meantime.
  void sleepUntil(Instant due) throws InterruptedException;
}
