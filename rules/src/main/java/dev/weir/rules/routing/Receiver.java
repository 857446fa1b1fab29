package dev.weir.rules.routing;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// Who is told. Without any webhook nobody is, which silences a route.
public record Receiver(String name, List<WebhookConfig> webhooks) {
  public Receiver {
    requireNonNull(name, "name");
    webhooks = List.copyOf(webhooks);
  }
}
