package dev.weir.service.config;

import dev.weir.model.Labels;
import java.util.List;

/// Addresses that share labels: one entry of `static_configs`.
public record TargetGroup(List<String> targets, Labels labels) {
  public TargetGroup {
    targets = List.copyOf(targets);
  }
}
