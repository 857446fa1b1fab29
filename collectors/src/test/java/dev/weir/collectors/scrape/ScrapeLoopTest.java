package dev.weir.collectors.scrape;

import static dev.weir.collectors.MetricValues.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.collectors.exposition.BodyMemory;
import dev.weir.collectors.publish.OutgoingRows;
import dev.weir.testing.Await;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// When a target is scraped. Its interval is 10 s, its place in it 3 s.
class ScrapeLoopTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final byte[] BODY = "hits_total 3\n".getBytes(StandardCharsets.UTF_8);

  private final HeldScrapeClock clock = new HeldScrapeClock("2026-03-01T12:00:00Z");
  private final CapturedOutput output = new CapturedOutput();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ScrapeMetrics metrics = new ScrapeMetrics(registry);

  /// Answers that the target may give; a test takes them all to make it slow.
  private final Semaphore answers = new Semaphore(1_000);

  private final AtomicInteger asked = new AtomicInteger();
  private volatile boolean defect;
  private final ScrapeLoop loop = loop();

  private ScrapeLoop loop() {
    TargetScraper scraper =
        new TargetScraper(
            ScraperFixture.settings(
                ScraperFixture.config("api", "a:80", "scrape_interval: 10s"), _ -> answer()),
            ScraperFixture.tenant("", clock),
            7,
            clock,
            output,
            metrics,
            new BodyMemory(1 << 20));
    return new ScrapeLoop(scraper, new ScrapeSchedule(10_000, 3_000), clock, metrics, _ -> {});
  }

  private ScrapedBody answer() throws InterruptedException {
    asked.incrementAndGet();
    answers.acquire();
    if (defect) {
      throw new IllegalStateException("a defect");
    }
    return ScraperFixture.body(BODY, "text/plain");
  }

  @AfterEach
  void stop() throws InterruptedException {
    loop.stop(true);
  }

  private static Instant at(String time) {
    return Instant.parse("2026-03-01T" + time + "Z");
  }

  private void awaitAsked(int times) {
    Await.until(
        () -> asked.get() == times, DEADLINE, () -> times + " scrapes; there are " + asked.get());
  }

  /// Times of the rows that came since the last call.
  private List<Instant> scraped() {
    return output.takeRows().stream()
        .map(rows -> Instant.ofEpochMilli(rows.rows().rows().getFirst().timestampMillis()))
        .toList();
  }

  @Test
  void aTargetIsScrapedAtItsPlaceInEveryInterval() {
    loop.start();
    assertEquals(List.of(at("12:00:03")), clock.awaitSleepers(1));
    clock.set(at("12:00:03"));
    assertEquals(List.of(at("12:00:13")), clock.awaitSleepers(1));
    clock.set(at("12:00:13.001"));
    assertEquals(List.of(at("12:00:23")), clock.awaitSleepers(1));
    clock.set(at("12:00:23.500"));
    assertEquals(List.of(at("12:00:33")), clock.awaitSleepers(1));
    assertEquals(List.of(at("12:00:03"), at("12:00:13"), at("12:00:23.500")), scraped());
  }

  @Test
  void everyRowSaysWhenTheNextIsDue() {
    loop.start();
    clock.awaitSleepers(1);
    clock.set(at("12:00:03"));
    clock.awaitSleepers(1);
    List<OutgoingRows> rows = output.takeRows();
    assertEquals(at("12:00:13").toEpochMilli(), rows.getFirst().nextDueMillis().orElseThrow());
    assertEquals(7, rows.getFirst().epoch());
  }

  @Test
  void scrapesThatAreLateDoNotPileUp() {
    loop.start();
    clock.awaitSleepers(1);
    answers.drainPermits();
    clock.set(at("12:00:03"));
    awaitAsked(1);
    clock.set(at("12:00:38"));
    answers.release(1_000);
    // Of those that were due at :13, :23 and :33, the last is made up for.
    assertEquals(List.of(at("12:00:43")), clock.awaitSleepers(1));
    assertEquals(List.of(at("12:00:03"), at("12:00:38")), scraped());
    assertEquals(2, asked.get());
    assertEquals(2, value(registry, "weir_collector_scrapes_skipped", "job", "api"));
  }

  @Test
  void aClockThatIsSetBackDoesNotStopScraping() {
    loop.start();
    clock.awaitSleepers(1);
    clock.set(at("12:00:03"));
    clock.awaitSleepers(1);
    clock.set(at("11:00:00"));
    assertEquals(List.of(at("11:00:03")), clock.awaitSleepers(1));
    answers.drainPermits();
    clock.set(at("11:00:03"));
    awaitAsked(2);
    clock.set(at("10:00:00"));
    answers.release(1_000);
    assertEquals(List.of(at("10:00:03")), clock.awaitSleepers(1));
    assertEquals(List.of(at("12:00:03"), at("11:00:03")), scraped());
  }

  @Test
  void aClockThatIsSetForwardLeadsToOneScrape() {
    loop.start();
    clock.awaitSleepers(1);
    clock.set(at("18:30:00"));
    assertEquals(List.of(at("18:30:03")), clock.awaitSleepers(1));
    assertEquals(List.of(at("18:30:00")), scraped());
  }

  @Test
  void aDefectInOneScrapeDoesNotEndTheOthers() {
    loop.start();
    clock.awaitSleepers(1);
    defect = true;
    clock.set(at("12:00:03"));
    clock.awaitSleepers(1);
    assertEquals(List.of(), scraped());
    defect = false;
    clock.set(at("12:00:13"));
    clock.awaitSleepers(1);
    assertEquals(List.of(at("12:00:13")), scraped());
  }

  @Test
  void aLoopThatSleepsStopsAtOnce() throws InterruptedException {
    loop.start();
    clock.awaitSleepers(1);
    loop.stop(false);
    clock.advance(Duration.ofMinutes(1));
    assertEquals(0, asked.get());
  }

  @Test
  void aScrapeUnderWayIsFinishedOrGivenUp() throws InterruptedException {
    loop.start();
    clock.awaitSleepers(1);
    answers.drainPermits();
    clock.set(at("12:00:03"));
    awaitAsked(1);
    Thread stopping =
        Thread.startVirtualThread(() -> {
          try {
            loop.stop(false);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    answers.release();
    assertTrue(stopping.join(DEADLINE));
    assertEquals(List.of(at("12:00:03")), scraped());

    ScrapeLoop second = loop();
    second.start();
    clock.awaitSleepers(1);
    clock.set(at("12:00:13"));
    awaitAsked(2);
    second.stop(true);
    assertEquals(List.of(), scraped());
  }
}
