package dev.weir.rules.template.prometheus;

import dev.weir.model.Labels;
import dev.weir.promql.query.QueryValue;
import dev.weir.rules.template.TemplateException;
import dev.weir.rules.template.TemplateLimits;
import java.util.List;
import java.util.Map;

/// Expands templates of one alert: a device of `web-1:9100` with the value 1234567.891.
final class Expansions {
  static final AlertData DATA =
      new AlertData(
          Map.of("__name__", "m", "job", "node", "instance", "web-1:9100", "device", "sda1"),
          Map.of("region", "eu"),
          "http://prom.example.com:9090/p",
          1234567.891);

  private static final List<QueryValue.Sample> UP =
      List.of(
          new QueryValue.Sample(
              Labels.of("__name__", "up", "job", "node", "instance", "b"), 1, null),
          new QueryValue.Sample(
              Labels.of("__name__", "up", "job", "api", "instance", "a"), 0.5, null));

  private Expansions() {}

  static String expand(String text) throws TemplateException {
    return AlertTemplate.parse("A", text)
        .expand(
            DATA,
            PrometheusFunctions.of(
                new TemplateContext(60_000, Expansions::query, DATA.externalUrl())),
            TemplateLimits.DEFAULT);
  }

  private static List<QueryValue.Sample> query(String expression) {
    return switch (expression) {
      case "up" -> UP;
      case "up{job='api'}" -> UP.subList(1, 2);
      case "1 + 1" -> List.of(new QueryValue.Sample(Labels.EMPTY, 2, null));
      default -> List.of();
    };
  }
}
