package dev.weir.query.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.QueryLimits;
import dev.weir.query.rules.RuleEntry;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import dev.weir.schemas.RuleGroupRecord;
import dev.weir.schemas.RuleGroupRecord.ActiveAlert;
import dev.weir.schemas.RuleGroupRecord.RuleStatus;
import dev.weir.testing.HeldClock;
import dev.weir.testing.MemorySeriesSource;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `/api/v1/rules` and `/api/v1/alerts`, field by field as Prometheus 3 has them.
class RulesApiTest {
  private static final Instant NOW = Instant.parse("2026-01-02T13:37:00Z");
  private static final Pattern NAMES = Pattern.compile("\\{\"name\":\"([a-z]+)\",\"file\"");
  private static final Pattern RULES = Pattern.compile("\"name\":\"([A-Za-z:_]+)\",\"query\"");

  private static final RuleGroup NODE =
      group(
          """
          groups:
            - name: node
              interval: 15s
              limit: 100
              labels: {team: infra}
              rules:
                - record: job:up:sum
                  expr: sum(up)   by(job)
                - alert: InstanceDown
                  expr: up == 0
                  for: 1m
                  keep_firing_for: 1500ms
                  labels: {severity: "{{ $labels.job }}"}
                  annotations: {summary: "{{ $labels.instance }} is down"}
          """);
  private static final RuleGroup DISK =
      group(
          """
          groups:
            - name: disk
              interval: 1h30m
              rules:
                - alert: DiskFull
                  expr: node_filesystem_free_bytes < 1e-7
                  labels: {severity: page}
                - record: instance:free:min
                  expr: min by (instance) (node_filesystem_free_bytes)
          """);

  private final HeldClock clock = HeldClock.at("2026-01-02T13:37:00Z");
  private final ApiFixture api =
      new ApiFixture(
          MemorySeriesSource.of(List.of()),
          QueryEngine.inCallersThread(),
          QueryLimits.DEFAULT,
          clock);

  private static RuleGroup group(String text) {
    return RuleFile.parse("rules/node.yml", text, RuleFileSettings.DEFAULT).groups().getFirst();
  }

  private void define(RuleGroup group) {
    define(Tenant.DEFAULT, group);
  }

  private void define(Tenant tenant, RuleGroup group) {
    add(
        tenant,
        group,
        new RuleGroupRecord.Definition(group.text(), group.contentHash(), NOW.toEpochMilli()));
  }

  private void add(Tenant tenant, RuleGroup group, RuleGroupRecord.Body body) {
    api.rules.add(RuleEntry.of(new RuleGroupRecord(tenant, group.file(), group.name(), body)));
  }

  private void evaluate(RuleGroup group, boolean complete, List<ActiveAlert> alerts) {
    List<RuleStatus> rules = new ArrayList<>();
    for (int i = 0; i < group.rules().size(); i++) {
      rules.add(
          new RuleStatus(
              group.rules().get(i).identity().toString(),
              i == 0 ? Optional.of("it \"failed\"") : Optional.empty(),
              150_000L * i,
              i == 1 ? alerts : List.of()));
    }
    add(
        Tenant.DEFAULT,
        group,
        new RuleGroupRecord.Status(
            group.contentHash(), NOW, NOW.plusMillis(41), 40_123_000, complete, rules));
  }

  private static final Labels DOWN =
      Labels.of("alertname", "InstanceDown", "instance", "db-1:9100", "severity", "node");
  private static final ActiveAlert PENDING =
      new ActiveAlert(
          DOWN,
          Labels.of("summary", "db-1:9100 is down"),
          false,
          NOW.minusSeconds(30),
          Optional.empty(),
          0);
  private static final ActiveAlert FIRING =
      new ActiveAlert(
          DOWN.with("instance", "db-2:9100"),
          Labels.EMPTY,
          true,
          NOW.minusSeconds(90),
          Optional.of(NOW.minusSeconds(1)),
          0.0025);

  private static final String PENDING_JSON =
      "{\"labels\":{\"alertname\":\"InstanceDown\",\"instance\":\"db-1:9100\",\"severity\":\"node\"},"
          + "\"annotations\":{\"summary\":\"db-1:9100 is down\"},"
          + "\"state\":\"pending\",\"activeAt\":\"2026-01-02T13:36:30Z\",\"value\":\"0e+00\"}";
  private static final String FIRING_JSON =
      "{\"labels\":{\"alertname\":\"InstanceDown\",\"instance\":\"db-2:9100\",\"severity\":\"node\"},"
          + "\"annotations\":{},\"state\":\"firing\",\"activeAt\":\"2026-01-02T13:35:30Z\","
          + "\"keepFiringSince\":\"2026-01-02T13:36:59Z\",\"value\":\"2.5e-03\"}";

  @BeforeEach
  void defineGroups() {
    define(NODE);
    define(DISK);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private static void assertBody(String expected, HttpResponse<String> response) {
    assertEquals(expected, response.body());
    assertEquals(200, response.statusCode());
  }

  private static void assertBadData(String message, HttpResponse<String> response) {
    assertEquals(
        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"%s\"}"
            .formatted(message.replace("\"", "\\\"")),
        response.body());
    assertEquals(400, response.statusCode());
  }

  private List<String> matches(Pattern pattern, String... parameters) {
    Matcher matcher = pattern.matcher(api.get("/api/v1/rules", parameters).body());
    List<String> found = new ArrayList<>();
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private static String nodeGroup(String state, String alerts) {
    return "{\"name\":\"node\",\"file\":\"rules/node.yml\",\"rules\":["
        + "{\"name\":\"job:up:sum\",\"query\":\"sum by (job) (up)\",\"labels\":{\"team\":\"infra\"},"
        + "\"health\":\"err\",\"lastError\":\"it \\\"failed\\\"\",\"evaluationTime\":0,"
        + "\"lastEvaluation\":\"2026-01-02T13:37:00Z\",\"type\":\"recording\"},"
        + "{\"state\":\""
        + state
        + "\",\"name\":\"InstanceDown\",\"query\":\"up == 0\",\"duration\":60,"
        + "\"keepFiringFor\":1.5,\"labels\":{\"severity\":\"{{ $labels.job }}\",\"team\":\"infra\"},"
        + "\"annotations\":{\"summary\":\"{{ $labels.instance }} is down\"},\"alerts\":"
        + alerts
        + ",\"health\":\"ok\",\"evaluationTime\":0.00015,"
        + "\"lastEvaluation\":\"2026-01-02T13:37:00Z\",\"type\":\"alerting\"}],"
        + "\"interval\":15,\"limit\":100,\"evaluationTime\":0.040123,"
        + "\"lastEvaluation\":\"2026-01-02T13:37:00Z\",\"lag\":0.041,\"complete\":true}";
  }

  private static String success(String data) {
    return "{\"status\":\"success\",\"data\":" + data + "}";
  }

  @Test
  void aGroupThatHasBeenEvaluatedHasStatesAndAlerts() {
    evaluate(NODE, true, List.of(PENDING, FIRING));

    assertBody(
        success(
            "{\"groups\":["
                + nodeGroup("firing", "[" + PENDING_JSON + "," + FIRING_JSON + "]")
                + "]}"),
        api.get("/api/v1/rules", "rule_group[]", "node"));
  }

  @Test
  void aRulesStateIsThatOfTheAlertThatHasComeFurthest() {
    evaluate(NODE, true, List.of(PENDING));
    assertBody(
        success("{\"groups\":[" + nodeGroup("pending", "[" + PENDING_JSON + "]") + "]}"),
        api.get("/api/v1/rules", "rule_group[]", "node"));
    api.rules.removeLast();
    evaluate(NODE, true, List.of());
    assertBody(
        success("{\"groups\":[" + nodeGroup("inactive", "[]") + "]}"),
        api.get("/api/v1/rules", "rule_group[]", "node"));
  }

  @Test
  void aGroupThatHasNotBeenEvaluatedIsUnknown() {
    assertBody(
        success(
            "{\"groups\":[{\"name\":\"disk\",\"file\":\"rules/node.yml\",\"rules\":["
                + "{\"state\":\"unknown\",\"name\":\"DiskFull\","
                + "\"query\":\"node_filesystem_free_bytes < 0.0000001\",\"duration\":0,"
                + "\"keepFiringFor\":0,\"labels\":{\"severity\":\"page\"},\"annotations\":{},"
                + "\"alerts\":[],\"health\":\"unknown\",\"evaluationTime\":0,"
                + "\"lastEvaluation\":\"0001-01-01T00:00:00Z\",\"type\":\"alerting\"},"
                + "{\"name\":\"instance:free:min\","
                + "\"query\":\"min by (instance) (node_filesystem_free_bytes)\",\"labels\":{},"
                + "\"health\":\"unknown\",\"evaluationTime\":0,"
                + "\"lastEvaluation\":\"0001-01-01T00:00:00Z\",\"type\":\"recording\"}],"
                + "\"interval\":5400,\"limit\":0,\"evaluationTime\":0,"
                + "\"lastEvaluation\":\"0001-01-01T00:00:00Z\"}]}"),
        api.get("/api/v1/rules", "rule_group[]", "disk"));
  }

  @Test
  void alertsCanBeLeftOut() {
    evaluate(NODE, true, List.of(PENDING));

    assertBody(
        success("{\"groups\":[" + nodeGroup("pending", "null") + "]}"),
        api.get("/api/v1/rules", "rule_group[]", "node", "exclude_alerts", "TRUE"));
  }

  @Test
  void alertsAreThoseOfAllRules() {
    assertBody(success("{\"alerts\":[]}"), api.get("/api/v1/alerts"));
    evaluate(NODE, true, List.of(PENDING, FIRING));
    assertBody(
        success("{\"alerts\":[" + PENDING_JSON + "," + FIRING_JSON + "]}"),
        api.get("/api/v1/alerts"));
    assertBody(success("{\"alerts\":[]}"), api.getAs("team-a", "/api/v1/alerts"));
  }

  @Test
  void alertsOfAGroupThatWasTakenAwayAreGone() {
    evaluate(NODE, true, List.of(FIRING));
    api.rules.removeIf(
        entry -> entry instanceof RuleEntry.Defined && entry.key().group().equals("node"));

    assertBody(success("{\"alerts\":[]}"), api.get("/api/v1/alerts"));
    assertEquals(List.of("disk"), matches(NAMES));
  }

  @Test
  void anEvaluationThatLackedPartitionsIsAWarning() {
    evaluate(NODE, false, List.of(PENDING));

    String warnings =
        ",\"warnings\":[\"rule group \\\"node\\\" of rules/node.yml: its evaluation at"
            + " 2026-01-02T13:37:00Z lacks samples of some partitions, and resolved no alert\"]}";
    assertEquals(
        "{\"status\":\"success\",\"data\":{\"alerts\":[" + PENDING_JSON + "]}" + warnings,
        api.get("/api/v1/alerts").body());
    assertEquals(
        "{\"status\":\"success\",\"data\":{\"groups\":["
            + nodeGroup("pending", "[" + PENDING_JSON + "]")
                .replace("\"complete\":true", "\"complete\":false")
            + "]}"
            + warnings,
        api.get("/api/v1/rules", "rule_group[]", "node").body());
  }

  @Test
  void anEvaluationThatIsLongAgoIsAWarning() {
    evaluate(NODE, true, List.of(PENDING));
    // Twice 15 s and a minute, from 41 ms on.
    clock.advance(Duration.ofMillis(90_041));
    assertBody(success("{\"alerts\":[" + PENDING_JSON + "]}"), api.get("/api/v1/alerts"));
    clock.advance(Duration.ofMillis(1));
    assertEquals(
        "{\"status\":\"success\",\"data\":{\"alerts\":["
            + PENDING_JSON
            + "]},\"warnings\":[\"rule group \\\"node\\\" of rules/node.yml: it has not been evaluated"
            + " since 2026-01-02T13:37:00.041Z; does a rules job run?\"]}",
        api.get("/api/v1/alerts").body());
  }

  @ParameterizedTest
  @CsvSource({
    "type, alert, DiskFull InstanceDown",
    "type, Record, instance:free:min job:up:sum",
    "rule_name[], job:up:sum, job:up:sum",
    "rule_name[], nothing, ''",
    "rule_group[], disk, DiskFull instance:free:min",
    "file[], rules/node.yml, DiskFull instance:free:min job:up:sum InstanceDown",
    "file[], node.yml, ''",
    "match[], '{severity=\"page\"}', DiskFull",
    "match[], '{team=~\"in.*\"}', job:up:sum InstanceDown",
    // Labels as they are written, not as templates make them; and a rule has no metric name.
    "match[], '{severity=~\".*labels.job.*\"}', InstanceDown",
    "match[], '{severity=\"node\"}', ''",
    "match[], job:up:sum, ''",
    "match[], '{severity=\"page\", team=\"\"}', DiskFull",
  })
  void filtersChooseRules(String parameter, String value, String expected) {
    assertEquals(expected, String.join(" ", matches(RULES, parameter, value)));
  }

  @Test
  void filtersThatAreRepeatedAreAlternatives() {
    assertEquals(
        List.of("DiskFull", "InstanceDown"),
        matches(RULES, "rule_name[]", "DiskFull", "rule_name[]", "InstanceDown"));
    assertEquals(
        List.of("DiskFull", "job:up:sum", "InstanceDown"),
        matches(RULES, "match[]", "{severity=\"page\"}", "match[]", "{team=\"infra\"}"));
    assertEquals(
        List.of("InstanceDown"), matches(RULES, "match[]", "{team=\"infra\"}", "type", "alert"));
  }

  /// As Prometheus does since version 3.
  @Test
  void aGroupWithoutRulesIsNotListed() {
    HttpResponse<String> before = api.get("/api/v1/rules");
    define(group("groups: [{name: empty, rules: []}]"));
    assertEquals(before.body(), api.get("/api/v1/rules").body());
  }

  @Test
  void aShadowGroupIsMarked() {
    define(DISK.asShadow());
    String body = api.get("/api/v1/rules").body();
    assertTrue(
        body.contains("{\"name\":\"disk\",\"file\":\"rules/node.yml;shadow\",\"shadow\":true,"),
        body);
  }

  @Test
  void tenantsAreApart() {
    assertBody(success("{\"groups\":[]}"), api.getAs("team-a", "/api/v1/rules"));
    define(new Tenant("team-a"), NODE);
    assertEquals(
        List.of("node"),
        NAMES
            .matcher(api.getAs("team-a", "/api/v1/rules").body())
            .results()
            .map(found -> found.group(1))
            .toList());
  }

  @Test
  void groupsComeInPages() {
    define(group("groups: [{name: zfs, rules: [{record: a:b, expr: up}]}]"));
    // SHA-1 of "rules/node.yml;node", as Prometheus makes it.
    String node = "4f8ee49a24ad05d74464efea520b982cea3dda93";

    String first = api.get("/api/v1/rules", "group_limit", "1").body();
    assertEquals(List.of("disk"), matches(NAMES, "group_limit", "1"));
    String token = token(first);
    assertEquals(node, token);
    assertEquals(List.of("node"), matches(NAMES, "group_limit", "1", "group_next_token", token));
    assertEquals(
        List.of("node", "zfs"), matches(NAMES, "group_limit", "2", "group_next_token", token));
    assertEquals(
        "", token(api.get("/api/v1/rules", "group_limit", "2", "group_next_token", token).body()));
    // A page is full of groups that have rules left; the token is that of the next such group.
    assertEquals(
        token,
        token(
            api.get(
                    "/api/v1/rules",
                    "group_limit",
                    "1",
                    "rule_name[]",
                    "DiskFull",
                    "rule_name[]",
                    "InstanceDown")
                .body()));
    assertEquals("", token(api.get("/api/v1/rules", "group_limit", "3").body()));
  }

  private static String token(String body) {
    Matcher matcher = Pattern.compile("\"groupNextToken\":\"([0-9a-f]+)\"}}$").matcher(body);
    return matcher.find() ? matcher.group(1) : "";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "type;foo;invalid parameter \"type\": not supported value \"foo\"",
        "exclude_alerts;Maybe;invalid parameter \"exclude_alerts\": error converting"
            + " exclude_alerts: strconv.ParseBool: parsing \"maybe\": invalid syntax",
        "group_next_token;abc;invalid parameter \"group_next_token\": group_limit needs to be"
            + " present in order to paginate over the groups",
        "group_limit;abc;invalid parameter \"group_limit\": group_limit needs to be a valid"
            + " number: strconv.ParseInt: parsing \"abc\": invalid syntax",
        "group_limit;4294967296;invalid parameter \"group_limit\": group_limit needs to be a"
            + " valid number: strconv.ParseInt: parsing \"4294967296\": value out of range",
        "group_limit;0;invalid parameter \"group_limit\": group_limit needs to be greater than 0",
        "match[];{severity=~\".*\"};match[] must contain at least one non-empty matcher",
        "match[];{severity;1:10: parse error: unexpected end of input inside braces",
      })
  void wrongParametersAreRefused(String parameter, String value, String message) {
    assertBadData(message, api.get("/api/v1/rules", parameter, value));
  }

  @Test
  void aPageThatIsNotThereAnyMoreIsRefused() {
    assertBadData(
        "invalid parameter \"group_next_token\": invalid group_next_token 'abc'. were rule groups"
            + " changed?",
        api.get("/api/v1/rules", "group_limit", "1", "group_next_token", "abc"));
  }
}
