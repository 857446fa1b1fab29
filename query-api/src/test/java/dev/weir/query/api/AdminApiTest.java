package dev.weir.query.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.QueryLimits;
import dev.weir.testing.HeldClock;
import dev.weir.testing.MemorySeriesSource;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is asked of the administration of samples, and Prometheus's answers.
class AdminApiTest {
  private static final String DELETE = "/api/v1/admin/tsdb/delete_series";
  private static final String CLEAN = "/api/v1/admin/tsdb/clean_tombstones";

  private static final String SNAPSHOT = "/api/v1/admin/tsdb/snapshot";

  private record Deleted(Tenant tenant, List<List<Matcher>> selectors, TimeRange range) {}

  /// Writes down what it is asked.
  private static final class Admin implements TsdbAdmin {
    private final List<Deleted> deleted = new ArrayList<>();
    private final List<Tenant> cleaned = new ArrayList<>();
    private boolean away;

    @Override
    public void deleteSeries(Tenant tenant, List<List<Matcher>> selectors, TimeRange range) {
      if (away) {
        throw new WeirException.Unavailable("the store does not answer");
      }
      deleted.add(new Deleted(tenant, selectors, range));
    }

    @Override
    public Snapshot snapshot(boolean skipHead) {
      return new Snapshot(
          "20260301T120000Z-7b3a9f0c1d2e4f58", skipHead ? List.of("without its head") : List.of());
    }

    @Override
    public void cleanTombstones(Tenant tenant) {
      cleaned.add(tenant);
    }
  }

  private final Admin admin = new Admin();
  private final ApiFixture allowed = api(Optional.of(admin));
  private final ApiFixture refused = api(Optional.empty());

  private static ApiFixture api(Optional<TsdbAdmin> admin) {
    return new ApiFixture(
        MemorySeriesSource.of(List.of()),
        QueryEngine.inCallersThread(),
        QueryLimits.DEFAULT,
        1_000,
        admin,
        HeldClock.at("2026-03-01T12:00:00Z"));
  }

  @AfterEach
  void close() {
    allowed.close();
    refused.close();
  }

  @ParameterizedTest
  @CsvSource({DELETE, CLEAN, SNAPSHOT})
  void nothingIsChangedWhereNobodyAllowedIt(String path) {
    HttpResponse<String> answer = refused.post(path, "match[]", "up");
    assertEquals(503, answer.statusCode());
    assertEquals(
        """
        {"status":"error","errorType":"unavailable","error":"admin APIs disabled"}\
        """,
        answer.body());
  }

  @Test
  void allOfTimeIsDeletedUnlessSomebodySaysLess() {
    HttpResponse<String> answer =
        allowed.post(DELETE, "match[]", "up{job=\"node\"}", "match[]", "{instance=~\"db-.*\"}");
    assertEquals(204, answer.statusCode());
    assertEquals("", answer.body());
    assertEquals(
        List.of(
            new Deleted(
                Tenant.DEFAULT,
                List.of(
                    List.of(Matcher.equal("job", "node"), Matcher.equal("__name__", "up")),
                    List.of(Matcher.regex("instance", "db-.*"))),
                TimeRange.ALL)),
        admin.deleted);
    assertEquals(
        204,
        allowed
            .post(DELETE, "match[]", "up", "start", "1772366400", "end", "2026-03-01T13:00:00.5Z")
            .statusCode());
    assertEquals(
        new TimeRange(1_772_366_400_000L, 1_772_370_000_500L), admin.deleted.getLast().range());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "start=1 | no match[] parameter provided",
        "match[]=up&start=x | invalid parameter \\\"start\\\": cannot parse \\\"x\\\" to a valid timestamp",
        "match[]=up&start=20&end=10 | invalid parameter \\\"end\\\": end timestamp must not be before start time",
        "match[]=up&end=x | invalid parameter \\\"end\\\": cannot parse \\\"x\\\" to a valid timestamp",
      })
  void whatMakesNoSenseIsRefused(String form, String message) {
    HttpResponse<String> answer = allowed.postForm(DELETE, form);
    assertEquals(400, answer.statusCode());
    assertEquals(
        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"" + message + "\"}",
        answer.body());
    assertEquals(List.of(), admin.deleted);
  }

  @Test
  void aSelectorThatIsNoneDeletesNothing() {
    assertEquals(400, allowed.post(DELETE, "match[]", "up", "match[]", "{").statusCode());
    assertEquals(400, allowed.post(DELETE, "match[]", "{}").statusCode());
    assertEquals(List.of(), admin.deleted);
  }

  @Test
  void aSnapshotIsNamed() {
    assertEquals(
        """
        {"status":"success","data":{"name":"20260301T120000Z-7b3a9f0c1d2e4f58"}}\
        """,
        allowed.post(SNAPSHOT).body());
    assertEquals(
        """
        {"status":"success","data":{"name":"20260301T120000Z-7b3a9f0c1d2e4f58"},"warnings":["without its head"]}\
        """,
        allowed.post(SNAPSHOT, "skip_head", "true").body());
    HttpResponse<String> refused = allowed.post(SNAPSHOT, "skip_head", "yes");
    assertEquals(400, refused.statusCode());
    assertTrue(refused.body().contains("unable to parse boolean skip_head argument"));
  }

  @Test
  void aStoreThatIsAwayIsSaidSo() {
    admin.away = true;
    assertEquals(503, allowed.post(DELETE, "match[]", "up").statusCode());
  }

  @Test
  void cleaningIsForOneTenant() {
    assertEquals(204, allowed.post(CLEAN).statusCode());
    assertEquals(List.of(Tenant.DEFAULT), admin.cleaned);
    assertEquals(405, allowed.get(CLEAN).statusCode());
  }
}
