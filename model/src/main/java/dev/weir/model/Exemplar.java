package dev.weir.model;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;

/// One observation that a series' value stands for, usually with a trace id among its labels.
///
/// @param timestampMillis when it was observed; empty where the exposition left it out
public record Exemplar(Labels labels, double value, OptionalLong timestampMillis) {
  public Exemplar {
    requireNonNull(labels, "labels");
    requireNonNull(timestampMillis, "timestampMillis");
  }
}
