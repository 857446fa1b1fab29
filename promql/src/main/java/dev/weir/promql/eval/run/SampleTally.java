package dev.weir.promql.eval.run;

import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.query.QueryStatistics.StepSamples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/// Counts the samples that selectors look at, at each of their steps. Safe for many threads.
///
/// What is evaluated once for all steps of a query counts at each of them, as if nobody had noticed
/// that it is the same: [#repeated]. What a subquery evaluates at steps of its own counts where its
/// range ends: [#collapsed].
public abstract class SampleTally {
  /// Counts nothing.
  public static final SampleTally NONE =
      new SampleTally() {
        @Override
        public boolean counts() {
          return false;
        }

        @Override
        public void add(long[] samplesPerStep) {}
      };

  /// Whether it is worth telling it anything.
  public boolean counts() {
    return true;
  }

  /// Adds samples that were looked at, as many numbers as there are steps.
  public abstract void add(long[] samplesPerStep);

  /// For something that is evaluated at one step instead of at `steps`.
  public SampleTally repeated(int steps) {
    if (!counts()) {
      return this;
    }
    SampleTally all = this;
    return new SampleTally() {
      @Override
      public void add(long[] samplesPerStep) {
        long[] everywhere = new long[steps];
        Arrays.fill(everywhere, LongStream.of(samplesPerStep).sum());
        all.add(everywhere);
      }
    };
  }

  /// For something whose steps all belong to the first of these.
  public SampleTally collapsed() {
    if (!counts()) {
      return this;
    }
    SampleTally one = this;
    return new SampleTally() {
      @Override
      public void add(long[] samplesPerStep) {
        one.add(new long[] {LongStream.of(samplesPerStep).sum()});
      }
    };
  }

  /// The numbers of a whole query.
  static final class OfQuery extends SampleTally {
    private final QueryTimes times;
    private long[] perStep = {};

    OfQuery(QueryTimes times) {
      this.times = times;
    }

    @Override
    public synchronized void add(long[] samplesPerStep) {
      if (perStep.length < samplesPerStep.length) {
        perStep = Arrays.copyOf(perStep, samplesPerStep.length);
      }
      for (int step = 0; step < samplesPerStep.length; step++) {
        perStep[step] += samplesPerStep[step];
      }
    }

    synchronized long total() {
      return LongStream.of(perStep).sum();
    }

    synchronized List<StepSamples> perStep() {
      long stepMillis = times.stepMillis();
      int count = stepMillis == 0 ? 1 : (int) (times.rangeMillis() / stepMillis) + 1;
      List<StepSamples> steps = new ArrayList<>(count);
      for (int step = 0; step < count; step++) {
        steps.add(
            new StepSamples(
                times.startMillis() + step * stepMillis,
                step < perStep.length ? perStep[step] : 0));
      }
      return steps;
    }
  }
}
