package dev.weir.query.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.QueryLimits;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.HeldClock;
import dev.weir.testing.MemorySeriesSource;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `/api/v1/status/tsdb`.
class TsdbStatusTest {
  private static final Instant NOW = Instant.parse("2026-01-02T13:37:00Z");
  private static final long NOW_MILLIS = NOW.toEpochMilli();
  private static final long OLD = NOW_MILLIS - 7_200_001;
  private static final Labels UP = Labels.of("__name__", "up", "instance", "a:9100", "job", "node");

  private static final SeriesSource SAMPLES =
      MemorySeriesSource.of(
          GroupRow.of(
              Tenant.DEFAULT,
              List.of(
                  Sample.of(UP, NOW_MILLIS, 1),
                  Sample.of(UP.with("instance", "b:9100"), NOW_MILLIS - 7_200_000, 1),
                  Sample.of(UP.with("instance", "c:9100"), OLD, 1))));

  private static ApiFixture api(int maxListed) {
    return new ApiFixture(
        SAMPLES,
        QueryEngine.inCallersThread(),
        QueryLimits.DEFAULT,
        maxListed,
        HeldClock.at(NOW.toString()));
  }

  @Test
  void countsTheSeriesOfTheLastTwoHours() {
    try (ApiFixture api = api(100)) {
      assertEquals(
          "{\"status\":\"success\",\"data\":{\"headStats\":{\"numSeries\":2,\"numLabelPairs\":4,"
              + "\"chunkCount\":0,\"minTime\":1767353820000,\"maxTime\":1767361020000},"
              + "\"seriesCountByMetricName\":[{\"name\":\"up\",\"value\":2}],"
              + "\"labelValueCountByLabelName\":[{\"name\":\"instance\",\"value\":2},"
              + "{\"name\":\"__name__\",\"value\":1}],"
              + "\"memoryInBytesByLabelName\":[{\"name\":\"instance\",\"value\":32},"
              + "{\"name\":\"__name__\",\"value\":24}],"
              + "\"seriesCountByLabelValuePair\":[{\"name\":\"__name__=up\",\"value\":2},"
              + "{\"name\":\"job=node\",\"value\":2}]}}",
          api.get("/api/v1/status/tsdb", "limit", "2").body());
      assertEquals(
          "{\"numSeries\":0,\"numLabelPairs\":0,\"chunkCount\":0",
          api.getAs("team-a", "/api/v1/status/tsdb")
              .body()
              .replaceAll("^.*\"headStats\":|,\"minTime\".*$", ""));
    }
  }

  @Test
  void countsNoMoreSeriesThanMayBeListed() {
    try (ApiFixture api = api(1)) {
      String body = api.get("/api/v1/status/tsdb").body();

      assertEquals("1", body.replaceAll("^.*\"numSeries\":|,\"numLabelPairs\".*$", ""));
      assertEquals(
          "\"warnings\":[\"counts are of 1 series, there are more: results truncated due to"
              + " limit\"]}",
          body.substring(body.indexOf("\"warnings\"")));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0;limit must be a positive number",
        "-1;limit must be a positive number",
        "ten;limit must be a positive number",
        "10001;limit must not exceed 10000",
      })
  void limitsOutOfBoundsAreRefused(String limit, String message) {
    try (ApiFixture api = api(100)) {
      assertEquals(
          "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"" + message + "\"}",
          api.get("/api/v1/status/tsdb", "limit", limit).body());
    }
  }
}
