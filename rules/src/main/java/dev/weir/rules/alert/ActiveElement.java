package dev.weir.rules.alert;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import java.util.Map;

/// An element of an alerting rule's value, with labels and annotations expanded.
///
/// @param labels of the alert that it raises
public record ActiveElement(Labels labels, Map<String, String> annotations, double value) {
  public ActiveElement {
    requireNonNull(labels, "labels");
    annotations = Map.copyOf(annotations);
  }
}
