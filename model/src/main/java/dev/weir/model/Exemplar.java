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

  /// Characters that all names and values of its labels may have together, as OpenMetrics allows.
  public static final int MAX_CHARACTERS = 128;

  /// Whether its labels are longer than they may be.
  public boolean isTooLong() {
    int characters = 0;
    for (int i = 0; i < labels.size(); i++) {
      String name = labels.name(i);
      String text = labels.value(i);
      characters += name.codePointCount(0, name.length());
      characters += text.codePointCount(0, text.length());
    }
    return characters > MAX_CHARACTERS;
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
