package dev.weir.query.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryStatistics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryLogTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();

  private static void add(QueryLog log, String query) {
    log.add(
        new Question(Tenant.DEFAULT, query, 0, 0, 0, "127.0.0.1", "GET", "/api/v1/query"),
        QueryStatistics.ofQueue(1, 1),
        Optional.empty(),
        Instant.EPOCH);
  }

  private double lines(String outcome) {
    return registry.scrape().stream()
        .filter(family -> family.getMetadata().getName().equals("weir_query_log_lines"))
        .map(CounterSnapshot.class::cast)
        .flatMap(family -> family.getDataPoints().stream())
        .filter(point -> outcome.equals(point.getLabels().get("outcome")))
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }

  @Test
  void aFileThatWasMovedAwayIsMadeAnewOnReload(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("query.log");
    try (QueryLog log = new QueryLog(registry)) {
      log.open(Optional.of(file));
      add(log, "up");
      log.open(Optional.of(file));
      Files.move(file, folder.resolve("query.log.1"));
      add(log, "up == 0");
      log.open(Optional.of(file));
      add(log, "up == 1");
    }
    assertEquals(2, Files.readAllLines(folder.resolve("query.log.1")).size());
    assertEquals(1, Files.readAllLines(file).size());
    assertTrue(Files.readString(file).contains("up == 1"));
    assertEquals(3, lines("written"));
  }

  @Test
  void whatIsThereStays(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("query.log"), "before\n");
    try (QueryLog log = new QueryLog(registry)) {
      log.open(Optional.of(file));
      add(log, "up");
    }
    assertEquals("before", Files.readAllLines(file).getFirst());
    assertEquals(2, Files.readAllLines(file).size());
  }

  @Test
  void nothingIsWrittenWhereNobodySaysWhere() {
    try (QueryLog log = new QueryLog(registry)) {
      assertFalse(log.isEnabled());
      add(log, "up");
    }
    assertEquals(0, lines("written") + lines("dropped"));
  }

  @Test
  void aFileThatCannotBeWrittenLeavesAllAsItIs(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("query.log");
    try (QueryLog log = new QueryLog(registry)) {
      log.open(Optional.of(file));
      WeirException failure =
          assertThrows(WeirException.Unavailable.class, () -> log.open(Optional.of(folder)));
      assertTrue(
          failure.getMessage().startsWith("query log " + folder + " cannot be written: "),
          failure::getMessage);
      add(log, "up");
    }
    assertEquals(1, Files.readAllLines(file).size());
  }

  @Test
  void linesThatDoNotFitAreDroppedAndCounted(@TempDir Path folder) {
    try (QueryLog log = new QueryLog(registry)) {
      log.open(Optional.of(folder.resolve("query.log")));
      add(log, "x".repeat(5 << 20));
    }
    assertEquals(1, lines("dropped"));
    assertEquals(0, lines("written"));
  }
}
