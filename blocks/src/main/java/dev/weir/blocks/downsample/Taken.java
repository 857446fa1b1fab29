package dev.weir.blocks.downsample;

import dev.weir.blocks.store.Resolution;
import dev.weir.model.source.Aspect;
import dev.weir.model.source.SelectHints;
import java.util.Optional;

/// What is read of the windows, in place of the samples.
public enum Taken {
  /// Edges, and for how many samples each stands: exact for functions of the first and last sample
  /// and of what a counter came to in between, and for the latest sample.
  EDGES(Aggregate.EDGES),
  /// Edges without the made-up ones: samples, though not all.
  SOME_SAMPLES(Aggregate.EDGES),
  /// Sums, and of how many samples each is.
  SUMS(Aggregate.SUM),
  MINIMA(Aggregate.MIN),
  MAXIMA(Aggregate.MAX),
  /// The average of each window, at its end: for functions that look at every sample, where there
  /// is nothing better left.
  AVERAGES(Aggregate.SUM);

  private final Aggregate main;

  Taken(Aggregate main) {
    this.main = main;
  }

  /// What serves a selection of whole windows best. It is exact if [#isExact] says so.
  public static Taken by(SelectHints hints) {
    return switch (hints.aspect()) {
      case EDGES -> EDGES;
      case SUMS -> SUMS;
      case MINIMA -> MINIMA;
      case MAXIMA -> MAXIMA;
      case SAMPLES ->
          switch (hints.function().orElse("")) {
            case "irate", "idelta", "changes", "resets", "" -> SOME_SAMPLES;
            default -> AVERAGES;
          };
    };
  }

  /// What is taken where there is nothing but windows, of which a selection may cut some. A
  /// selection that ends within a window would take what is made up for samples, so it has the
  /// others alone.
  public static Taken left(SelectHints hints, Resolution resolution) {
    long aligned = hints.alignedMillis();
    boolean whole = aligned > 0 && aligned % resolution.windowMillis() == 0;
    return hints.aspect() == Aspect.EDGES && !whole ? SOME_SAMPLES : by(hints);
  }

  /// Whether over whole windows it is the same as the samples.
  public boolean isExact() {
    return this != SOME_SAMPLES && this != AVERAGES;
  }

  Aggregate main() {
    return main;
  }

  /// What is read beside it, for each sample of it.
  Optional<Aggregate> beside() {
    return switch (this) {
      case EDGES, SOME_SAMPLES -> Optional.of(Aggregate.WEIGHTS);
      case SUMS, AVERAGES -> Optional.of(Aggregate.COUNT);
      case MINIMA, MAXIMA -> Optional.empty();
    };
  }
}
