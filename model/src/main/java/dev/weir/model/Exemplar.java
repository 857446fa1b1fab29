package dev.weir.model;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.OptionalLong;

/// One observation that a series' value stands for, usually with a trace id among its labels.
///
/// @param timestampMillis when it was observed; empty where the exposition left it out
public record Exemplar(Labels labels, double value, OptionalLong timestampMillis) {
  public Exemplar {
    requireNonNull(labels, "labels");
    requireNonNull(timestampMillis, "timestampMillis");
  }

  /// By time, value and labels, as Prometheus sorts those of a scrape.
  public static final Comparator<Exemplar> ORDER =
      Comparator.comparingLong((Exemplar exemplar) -> exemplar.timestampMillis().orElse(0))
          .thenComparingDouble(Exemplar::value)
          .thenComparing(Exemplar::labels);

  /// The exemplar with a time: its own, or else that of the sample it came with.
  public Exemplar orAt(long sampleMillis) {
    return timestampMillis.isPresent()
        ? this
        : new Exemplar(labels, value, OptionalLong.of(sampleMillis));
  }
}
