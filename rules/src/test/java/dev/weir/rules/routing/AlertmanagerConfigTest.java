package dev.weir.rules.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.yaml.ConfigFile;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AlertmanagerConfigTest {
  private static final String PAGING =
      """
      global:
        resolve_timeout: 3m
        http_config:
          follow_redirects: false
      route:
        receiver: tickets
        group_by: [alertname, cluster]
        repeat_interval: 12h
        routes:
          - matchers:
              - severity="page"
              - cluster=~"eu-.*"
            receiver: on-call
            group_wait: 0s
            group_interval: 10s
            continue: true
            routes:
              - match: {team: db}
                match_re:
                  service: postgres|mysql
                group_by: ['...']
          - matchers: [team = "web"]
            group_by: []
            receiver: web
      receivers:
        - name: tickets
        - name: on-call
          webhook_configs:
            - url: https://pager.example/v1?token=s3cret
              max_alerts: 20
              timeout: 5s
            - url_file: pager.url
              send_resolved: false
              http_config:
                bearer_token: abc
        - name: web
          webhook_configs:
            - url: http://localhost:8080/
      """;

  private final List<String> httpConfigs = new ArrayList<>();

  private AlertmanagerConfig read(String text) {
    return AlertmanagerConfig.read(
        ConfigFile.of("alertmanager.yml", text),
        (receiver, index, section, place) -> {
          section.bool("follow_redirects");
          section.text("bearer_token");
          httpConfigs.add("%s %d %s %s".formatted(receiver, index, place, section.keys()));
        });
  }

  @Test
  void routesInheritFromTheirParents() {
    Route root = read(PAGING).route();
    assertEquals("tickets", root.receiver());
    assertEquals(Duration.ofSeconds(30), root.times().groupWait());
    Route paging = root.routes().get(0);
    assertEquals("{}/{cluster=~\"eu-.*\",severity=\"page\"}", paging.key());
    assertEquals("{}/{cluster=~\"eu-.*\",severity=\"page\"}/0", paging.id());
    assertEquals(
        new RouteTimes(Duration.ZERO, Duration.ofSeconds(10), Duration.ofHours(12)),
        paging.times());
    assertEquals(new GroupBy(false, Set.of("alertname", "cluster")), paging.groupBy());
    Route database = paging.routes().get(0);
    assertEquals("on-call", database.receiver());
    assertEquals(paging.times(), database.times());
    assertEquals(GroupBy.ALL, database.groupBy());
    assertEquals(paging.key() + "/{service=~\"postgres|mysql\",team=\"db\"}", database.key());
    assertEquals(paging.groupBy(), root.routes().get(1).groupBy());
  }

  @Test
  void webhooksHaveTheirSettings() {
    AlertmanagerConfig config = read(PAGING);
    assertEquals(Duration.ofMinutes(3), config.resolveTimeout());
    assertEquals(List.of(), config.receiver("tickets").webhooks());
    List<WebhookConfig> webhooks = config.receiver("on-call").webhooks();
    assertEquals(
        new WebhookConfig(
            new WebhookConfig.Url.Inline(URI.create("https://pager.example/v1?token=s3cret")),
            true,
            20,
            Duration.ofSeconds(5)),
        webhooks.get(0));
    assertEquals(false, webhooks.get(0).toString().contains("s3cret"));
    assertEquals(false, webhooks.get(1).sendResolved());
    assertEquals(
        List.of(
            "on-call 0 global: http_config [follow_redirects]",
            "on-call 1 receiver \"on-call\": webhook_configs: http_config [bearer_token]",
            "web 0 global: http_config [follow_redirects]"),
        httpConfigs);
  }

  @Test
  void alertsFindTheirRoutes() {
    Route root = read(PAGING).route();
    assertEquals(List.of("{}"), ids(root, "severity", "page", "cluster", "us-1"));
    assertEquals(
        List.of("{}/{cluster=~\"eu-.*\",severity=\"page\"}/0", "{}/{team=\"web\"}/1"),
        ids(root, "severity", "page", "cluster", "eu-1", "team", "web"));
    assertEquals(
        List.of(
            "{}/{cluster=~\"eu-.*\",severity=\"page\"}/0/{service=~\"postgres|mysql\",team=\"db\"}/0"),
        ids(root, "severity", "page", "cluster", "eu-1", "team", "db", "service", "mysql"));
  }

  private static List<String> ids(Route root, String... labels) {
    return root.match(Labels.of(labels)).stream().map(Route::id).toList();
  }

  @Test
  void groupKeysAreAlertmanagers() {
    Route root = read(PAGING).route();
    Labels alert =
        Labels.of(
            "alertname", "InstanceDown", "cluster", "eu-1", "severity", "page", "job", "node");
    Route route = root.match(alert).get(0);
    assertEquals(
        "{}/{cluster=~\"eu-.*\",severity=\"page\"}:{alertname=\"InstanceDown\", cluster=\"eu-1\"}",
        route.groupKey(route.groupBy().labels(alert)));
    assertEquals("{}:{}", root.groupKey(Labels.EMPTY));
  }

  @Test
  void everyProblemIsReportedAtOnce() {
    checkProblems(
        """
        global:
          resolve_timout: 5m
          slack_api_url: https://hooks.slack.com/x
        route:
          receiver: tickets
          matchers: [a=b]
          group_by: ['...', job]
          mute_time_intervals: [nights]
          routes:
            - receiver: on-cal
              matchers: [severity]
              group_interval: 0s
            - match_re: {service: "("}
        inhibit_rules:
          - source_matchers: [severity="page"]
        time_intervals:
          - name: nights
        receivers:
          - name: tickets
            slack_configs:
              - channel: '#alerts'
          - name: on-call
            webhook_configs:
              - url: ftp://pager.example
              - send_resolved: true
              - url: http://a
                url_file: b
          - name: on-call
          - webhook_configs: []
        """,
        """
        alertmanager.yml:2: global: key "resolve_timout" is not known; did you mean "resolve_timeout"?
        alertmanager.yml:6: route: the root route has matchers; it takes all; move it to a route under "routes:"
        alertmanager.yml:7: route: group_by: "..." stands beside other labels; keep "..." to group by every label, or the others
        alertmanager.yml:8: route: mute_time_intervals are not supported yet; remove them; notifications are then sent at any time
        alertmanager.yml:10: route to "on-cal": receiver "on-cal" is not defined; define it under "receivers:", or use one of tickets, on-call
        alertmanager.yml:11: route to "on-cal": matchers: matchers "severity": it ends where an operator (=, !=, =~ or !~) is expected; write name="value", with !=, =~ or !~ for =
        alertmanager.yml:12: route to "on-cal": group_interval is 0; use a duration of more than 0
        alertmanager.yml:13: match_re: service: error parsing regexp: missing closing ): `^(?s:()$`
        alertmanager.yml:14: inhibit_rules are not supported yet; remove them; alerts are then sent that they would have held back
        alertmanager.yml:16: time_intervals are not supported yet; remove them; notifications are then sent at any time
        alertmanager.yml:20: receiver "tickets": slack_configs are not supported yet; send to a webhook (webhook_configs) that passes the notification on
        alertmanager.yml:24: receiver "on-call": webhook_configs: url: scheme "ftp" is not known; write it as http://host:port/path or with https
        alertmanager.yml:25: receiver "on-call": webhook_configs: there is no url; add "url:" or "url_file:"
        alertmanager.yml:27: receiver "on-call": webhook_configs: both url and url_file are given; keep one of them
        alertmanager.yml:28: receiver "on-call" stands already in line 22; give each receiver a name of its own
        alertmanager.yml:29: receivers: a receiver has no name; add "name:"
        """);
  }

  @Test
  void aFileNeedsARouteWithAReceiver() {
    checkProblems(
        "receivers: []\n",
        """
        alertmanager.yml:1: there is no route; write "route:" with the "receiver:" that hears of every alert
        """);
    checkProblems(
        "route:\n  continue: true\nreceivers: []\n",
        """
        alertmanager.yml:2: route: the root route has "continue"; nothing follows it
        alertmanager.yml:2: route: the root route has no receiver; add "receiver:"
        """);
  }

  private void checkProblems(String text, String expected) {
    assertEquals(
        expected.strip(), assertThrows(WeirException.BadData.class, () -> read(text)).getMessage());
  }

  @Test
  void whatHasNoEffectIsNamed() {
    AlertmanagerConfig config =
        read(
            """
            global:
              smtp_from: weir@example.org
            route:
              receiver: nobody
              routes:
                - matchers: ['note=two words']
            receivers:
              - name: nobody
            templates: ['/etc/alertmanager/*.tmpl']
            """);
    assertEquals(
        List.of(
            "alertmanager.yml:2: global: smtp_from is not supported yet; it has no effect",
            "alertmanager.yml:6: route to \"nobody\": matchers: \"note=two words\" is written in the"
                + " old way of Alertmanager; write it as note=\"two words\"",
            "alertmanager.yml:9: templates is not supported yet; webhooks need none"),
        config.warnings());
  }
}
