package dev.weir.rules.template.prometheus;

import static java.util.Objects.requireNonNull;

/// What templates can ask of their surroundings.
///
/// @param timestampMillis when they are expanded: `now`, and the time of their queries
/// @param externalUrl under which people reach the server, such as `http://prometheus.example.com`
public record TemplateContext(long timestampMillis, TemplateQuery query, String externalUrl) {
  public TemplateContext {
    requireNonNull(query, "query");
    requireNonNull(externalUrl, "externalUrl");
  }
}
