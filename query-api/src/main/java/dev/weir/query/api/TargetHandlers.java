package dev.weir.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.model.DurationText;
import dev.weir.model.Tenant;
import dev.weir.schemas.TargetState;
import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// `/api/v1/targets` and `/api/v1/scrape_pools`, from what collectors say in the topic of targets.
final class TargetHandlers {
  private static final double MILLIS = 1e3;

  private static final Comparator<TargetState> ORDER =
      Comparator.comparing(TargetState::scrapePool).thenComparing(TargetState::target);

  private final Supplier<? extends Collection<TargetState>> states;

  TargetHandlers(Supplier<? extends Collection<TargetState>> states) {
    this.states = states;
  }

  void addRoutes(Router router) {
    router
        .get("/api/v1/targets", Envelope.handling(this::targets))
        .get("/api/v1/scrape_pools", Envelope.handling(this::scrapePools));
  }

  private List<TargetState> states(Tenant tenant) {
    return states.get().stream()
        .filter(state -> state.tenant().equals(tenant))
        .sorted(ORDER)
        .toList();
  }

  private HttpResponse scrapePools(HttpRequest request) {
    List<String> pools =
        states(request.tenant()).stream().map(TargetState::scrapePool).distinct().toList();
    return Envelope.success(json -> {
      json.writeStartObject();
      json.writeFieldName("scrapePools");
      json.writeStartArray();
      for (String pool : pools) {
        json.writeString(pool);
      }
      json.writeEndArray();
      json.writeEndObject();
    });
  }

  private HttpResponse targets(HttpRequest request) {
    String wanted = request.parameter("state").orElse("any");
    String pool = request.parameter("scrapePool").orElse("");
    List<TargetState> selected =
        states(request.tenant()).stream()
            .filter(state -> pool.isEmpty() || state.scrapePool().equals(pool))
            .toList();
    boolean active = wanted.equals("any") || wanted.equals("active");
    boolean dropped = wanted.equals("any") || wanted.equals("dropped");
    return Envelope.success(json -> {
      json.writeStartObject();
      writeActive(json, active ? selected : List.of());
      writeDropped(json, dropped ? selected : List.of());
      json.writeEndObject();
    });
  }

  private static void writeActive(JsonGenerator json, List<TargetState> states) throws IOException {
    json.writeFieldName("activeTargets");
    json.writeStartArray();
    for (TargetState state : states) {
      if (state.scraped().isPresent()) {
        writeActive(json, state, state.scraped().get());
      }
    }
    json.writeEndArray();
  }

  private static void writeActive(
      JsonGenerator json, TargetState state, TargetState.Scraped scraped) throws IOException {
    json.writeStartObject();
    json.writeFieldName("discoveredLabels");
    QueryValueJson.writeLabelSet(json, state.discoveredLabels());
    json.writeFieldName("labels");
    QueryValueJson.writeLabelSet(json, scraped.labels());
    json.writeStringField("scrapePool", state.scrapePool());
    json.writeStringField("scrapeUrl", scraped.scrapeUrl());
    json.writeStringField("globalUrl", scraped.globalUrl());
    json.writeStringField(
        "lastError", scraped.lastScrape().map(TargetState.Outcome::error).orElse(""));
    json.writeStringField(
        "lastScrape",
        scraped.lastScrape().map(outcome -> outcome.started().toString()).orElse(Parameters.NEVER));
    json.writeNumberField(
        "lastScrapeDuration",
        scraped
            .lastScrape()
            .map(outcome -> outcome.duration().toNanos() / MILLIS / MILLIS / MILLIS)
            .orElse(0.0));
    json.writeStringField("health", scraped.health().text());
    json.writeStringField("scrapeInterval", DurationText.format(scraped.interval().toMillis()));
    json.writeStringField("scrapeTimeout", DurationText.format(scraped.timeout().toMillis()));
    json.writeEndObject();
  }

  private static void writeDropped(JsonGenerator json, List<TargetState> states)
      throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    json.writeFieldName("droppedTargets");
    json.writeStartArray();
    for (TargetState state : states) {
      if (state.scraped().isEmpty()) {
        counts.merge(state.scrapePool(), 1, Integer::sum);
        json.writeStartObject();
        json.writeFieldName("discoveredLabels");
        QueryValueJson.writeLabelSet(json, state.discoveredLabels());
        json.writeStringField("scrapePool", state.scrapePool());
        json.writeEndObject();
      }
    }
    json.writeEndArray();
    json.writeFieldName("droppedTargetCounts");
    json.writeStartObject();
    for (Map.Entry<String, Integer> count : counts.entrySet()) {
      json.writeNumberField(count.getKey(), count.getValue());
    }
    json.writeEndObject();
  }
}
