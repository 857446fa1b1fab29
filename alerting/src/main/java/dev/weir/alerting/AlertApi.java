package dev.weir.alerting;

import dev.weir.model.Fingerprint;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.rules.notify.GoJson;
import dev.weir.rules.routing.Route;
import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/// Alertmanager's API, version 2, as far as it goes yet: alerts in and out, groups, receivers,
/// status. `amtool` and a Prometheus use it as they use an Alertmanager.
final class AlertApi {
  private static final String TENANT_HEADER = "X-Scope-OrgID";
  private static final String JSON = "application/json";

  private final AlertingWorker worker;
  private final AlertReceiver receiver;
  private final AlertingSettings settings;
  private final String version;
  private final Instant started;

  AlertApi(
      AlertingWorker worker,
      AlertReceiver receiver,
      AlertingSettings settings,
      String version,
      InstantSource clock) {
    this.worker = worker;
    this.receiver = receiver;
    this.settings = settings;
    this.version = version;
    this.started = clock.instant();
  }

  void addRoutes(Router router) {
    router.post("/api/v2/alerts", request -> answer(() -> post(request)));
    router.get("/api/v2/alerts", request -> answer(() -> alerts(request)));
    router.get("/api/v2/alerts/groups", request -> answer(() -> groups(request)));
    router.get("/api/v2/receivers", request -> answer(this::receivers));
    router.get("/api/v2/status", request -> answer(this::status));
  }

  @FunctionalInterface
  private interface Handler {
    HttpResponse handle();
  }

  /// Errors are JSON strings here.
  private static HttpResponse answer(Handler handler) {
    try {
      return handler.handle();
    } catch (WeirException.BadData e) {
      return json(400, quoted(e.getMessage()));
    } catch (WeirException.Unavailable e) {
      return json(503, quoted(e.getMessage()));
    }
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder();
    GoJson.append(out, text);
    return out.append('\n').toString();
  }

  private static HttpResponse json(int status, String body) {
    return HttpResponse.of(status, JSON, body.getBytes(StandardCharsets.UTF_8));
  }

  private static Tenant tenant(HttpRequest request) {
    return request.header(TENANT_HEADER).map(Tenant::new).orElse(Tenant.DEFAULT);
  }

  private HttpResponse post(HttpRequest request) {
    List<String> problems =
        receiver.receive(tenant(request), Optional.empty(), PostedAlert.read(request.body()));
    return problems.isEmpty()
        ? HttpResponse.empty(200)
        : json(400, quoted(String.join("; ", problems)));
  }

  private HttpResponse alerts(HttpRequest request) {
    AlertFilter filter = AlertFilter.of(request);
    Tenant tenant = tenant(request);
    return ask(view -> {
      List<CurrentAlert> found =
          view.alerts().all(view.now()).stream()
              .filter(alert -> alert.tenant().equals(tenant) && !alert.isResolvedAt(view.now()))
              .filter(alert -> filter.test(alert, receivers(view, alert.labels())))
              .sorted(
                  Comparator.<CurrentAlert, Fingerprint>comparing(
                      alert -> alert.alert().fingerprint()))
              .toList();
      StringBuilder out = new StringBuilder();
      AlertJson.list(out, found, (to, alert) -> append(to, view, alert));
      return out;
    });
  }

  private HttpResponse groups(HttpRequest request) {
    AlertFilter filter = AlertFilter.of(request);
    Tenant tenant = tenant(request);
    return ask(view -> {
      List<LiveGroup> found =
          view.dispatcher().groups().stream()
              .filter(group -> group.id().tenant().equals(tenant))
              .filter(group -> !members(view, group, filter).isEmpty())
              .sorted(
                  Comparator.<LiveGroup, Labels>comparing(group -> group.id().groupLabels())
                      .thenComparing(group -> group.route().receiver()))
              .toList();
      StringBuilder out = new StringBuilder();
      AlertJson.list(out, found, (to, group) -> append(to, view, group, filter));
      return out;
    });
  }

  private static List<CurrentAlert> members(
      AlertingWorker.View view, LiveGroup group, AlertFilter filter) {
    return group.group().alerts().keySet().stream()
        .map(fingerprint -> new CurrentAlert.Id(group.id().tenant(), fingerprint))
        .flatMap(id -> view.alerts().get(id, view.now()).stream())
        .filter(alert -> !alert.isResolvedAt(view.now()))
        .filter(alert -> filter.test(alert, List.of(group.route().receiver())))
        .toList();
  }

  private void append(
      StringBuilder out, AlertingWorker.View view, LiveGroup group, AlertFilter filter) {
    out.append("{\"alerts\":");
    AlertJson.list(out, members(view, group, filter), (to, alert) -> append(to, view, alert));
    AlertJson.labels(out.append(','), "labels", group.id().groupLabels());
    out.append(",\"receiver\":");
    AlertJson.receiver(out, group.route().receiver());
    out.append('}');
  }

  private void append(StringBuilder out, AlertingWorker.View view, CurrentAlert alert) {
    // Rules' alerts have no end until they are resolved; clients of the API expect one.
    Instant end =
        alert
            .alert()
            .endsAt()
            .orElseGet(() -> view.now().plus(settings.limits().resendDelay().multipliedBy(4)));
    AlertJson.alert(out, alert, end, receivers(view, alert.labels()));
  }

  private static SortedSet<String> receivers(AlertingWorker.View view, Labels alert) {
    SortedSet<String> receivers = new TreeSet<>();
    for (Route route : view.dispatcher().config().route().match(alert)) {
      receivers.add(route.receiver());
    }
    return receivers;
  }

  private HttpResponse receivers() {
    return ask(view -> {
      StringBuilder out = new StringBuilder();
      AlertJson.list(
          out, List.copyOf(view.dispatcher().config().receivers().keySet()), AlertJson::receiver);
      return out;
    });
  }

  private HttpResponse status() {
    return ask(view -> {
      StringBuilder out =
          new StringBuilder("{\"cluster\":{\"peers\":[],\"status\":\"disabled\"},\"config\":{");
      AlertJson.text(out, "original", view.dispatcher().config().text());
      AlertJson.text(out.append("},"), "uptime", AlertJson.time(started));
      out.append(",\"versionInfo\":{\"branch\":\"\",\"buildDate\":\"\",\"buildUser\":\"\",");
      AlertJson.text(out, "goVersion", "");
      AlertJson.text(out.append(','), "revision", "");
      AlertJson.text(out.append(','), "version", version);
      return out.append("}}");
    });
  }

  private HttpResponse ask(Function<AlertingWorker.View, StringBuilder> question) {
    return json(200, worker.ask(question).append('\n').toString());
  }
}
