package dev.weir.collectors.scrape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.config.ScrapeConfig;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ScrapeScheduleTest {
  private static List<Target> targets(int count) {
    String addresses =
        IntStream.range(0, count)
            .mapToObj(i -> "10.0.%d.%d:9100".formatted(i / 250, i % 250))
            .collect(Collectors.joining(", "));
    ScrapeConfig config =
        PrometheusConfig.of(
                "prometheus.yml",
                "scrape_configs: [{job_name: node, scrape_interval: 10s, static_configs: [{targets: ["
                    + addresses
                    + "]}]}]")
            .scrapeConfigs()
            .getFirst();
    return new TargetFactory(config, Labels.EMPTY, Optional.empty())
        .targets(config.staticConfigs()).stream()
            .map(found -> ((DiscoveredTarget.Active) found).target())
            .toList();
  }

  @Test
  void targetsAreSpreadOverTheInterval() {
    int[] tenths = new int[10];
    for (Target target : targets(1_000)) {
      tenths[(int) (ScrapeSchedule.of(target, 42).offsetMillis() / 1_000)]++;
    }
    for (int tenth : tenths) {
      assertTrue(tenth > 60 && tenth < 140, () -> "a tenth of the interval has " + tenth);
    }
  }

  @Test
  void aTargetKeepsItsPlaceAndAnotherCollectorHasAnother() {
    Target target = targets(1).getFirst();
    assertEquals(ScrapeSchedule.of(target, 42), ScrapeSchedule.of(targets(1).getFirst(), 42));
    assertNotEquals(ScrapeSchedule.of(target, 42), ScrapeSchedule.of(target, 43));
  }

  @Property
  void theNextTimeIsTheFirstPlaceAfterATime(
      @ForAll @LongRange(min = -10_000_000, max = 2_000_000_000_000L) long millis,
      @ForAll @LongRange(min = 1, max = 60_000) long interval,
      @ForAll @LongRange(min = 0, max = 59_999) long offset) {
    ScrapeSchedule schedule = new ScrapeSchedule(interval, offset % interval);
    long next = schedule.nextAfter(Instant.ofEpochMilli(millis)).toEpochMilli();
    assertTrue(next > millis && next <= millis + interval);
    assertEquals(offset % interval, Math.floorMod(next, interval));
  }

  @Test
  void aScrapeThatStartsALittleLateHasTheTimeAtWhichItWasDue() {
    ScrapeSchedule schedule = new ScrapeSchedule(15_000, 300);
    Instant due = Instant.ofEpochMilli(15_300);
    assertEquals(15_300, schedule.timestampMillis(due, due));
    assertEquals(15_300, schedule.timestampMillis(due, due.plusMillis(2)));
    assertEquals(15_303, schedule.timestampMillis(due, due.plusMillis(3)));
    ScrapeSchedule fast = new ScrapeSchedule(100, 0);
    assertEquals(102, fast.timestampMillis(Instant.ofEpochMilli(100), Instant.ofEpochMilli(102)));
  }
}
