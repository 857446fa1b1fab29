package dev.weir.promql.script;

import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.histogram.CounterReset;
import dev.weir.model.notation.SeriesNotation.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known of counter resets once Prometheus has stored the histograms of a script: it keeps
/// those together that follow each other without one, and says of all but the first of them that
/// there was none. Of the first it says nothing, even if it began after a reset. Scripts expect it.
final class KnownResets {
  private KnownResets() {}

  static List<Sample> in(List<Sample> samples) {
    List<Sample> stored = new ArrayList<>(samples.size());
    NativeHistogram previous = null;
    for (Sample sample : samples) {
      NativeHistogram histogram = sample.histogram();
      stored.add(
          histogram == null
              ? sample
              : new Sample(
                  sample.timestampMillis(),
                  sample.value(),
                  histogram.withResetHint(hint(previous, histogram)),
                  sample.startTimestampMillis()));
      previous = histogram;
    }
    return stored;
  }

  private static ResetHint hint(@Nullable NativeHistogram previous, NativeHistogram histogram) {
    if (histogram.resetHint() == ResetHint.GAUGE) {
      return ResetHint.GAUGE;
    }
    boolean follows =
        previous != null
            && previous.resetHint() != ResetHint.GAUGE
            && previous.schema() == histogram.schema()
            && previous.zeroThreshold() == histogram.zeroThreshold()
            && Arrays.equals(previous.customBounds(), histogram.customBounds())
            && !CounterReset.isBetween(previous, histogram);
    return follows ? ResetHint.NOT_RESET : ResetHint.UNKNOWN;
  }
}
