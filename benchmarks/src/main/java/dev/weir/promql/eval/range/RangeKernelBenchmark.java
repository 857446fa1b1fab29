package dev.weir.promql.eval.range;

import dev.weir.promql.eval.select.Windows;
import dev.weir.promql.eval.vector.Steps;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What does a step of a range function take? A column of five hours at 15 s, evaluated every 60 s
/// over windows of 5 or 30 minutes. Decoding is not in it.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RangeKernelBenchmark {
  private static final int STEPS = 301;
  private static final int INTERVAL_MILLIS = 15_000;

  /// The function.
  @Param({"rate", "increase", "irate", "sum", "avg", "max", "quantile", "deriv", "changes"})
  public String function = "rate";

  /// Length of the windows.
  @Param({"5", "30"})
  public int minutes = 5;

  private final double[] out = new double[STEPS];
  private RangeKernel kernel = (_, _) -> {};
  private FloatWindows column =
      new FloatWindows(
          new long[1],
          new double[1],
          null,
          Windows.of(new long[1], Steps.single(0), 1),
          Steps.single(0),
          1);

  @Setup
  public void fill() {
    long rangeMillis = TimeUnit.MINUTES.toMillis(minutes);
    Steps ends = new Steps(rangeMillis, 60_000, STEPS);
    int samples = (int) (ends.endMillis() / INTERVAL_MILLIS) + 1;
    long[] timestamps = new long[samples];
    double[] values = new double[samples];
    Random random = new Random(17);
    double total = 1_000;
    for (int i = 0; i < samples; i++) {
      timestamps[i] = (long) i * INTERVAL_MILLIS;
      total += random.nextInt(50);
      values[i] = total;
    }
    Windows windows = Windows.of(timestamps, ends, rangeMillis);
    column = new FloatWindows(timestamps, values, null, windows, ends, rangeMillis);
    kernel = kernel(ends).forTimestamps(timestamps, windows, ends, rangeMillis);
  }

  private RangeKernel kernel(Steps ends) {
    double[] quantiles = new double[STEPS];
    Arrays.fill(quantiles, 0.95);
    return switch (function) {
      case "rate" -> new ExtrapolatedRate(true, true);
      case "increase" -> new ExtrapolatedRate(true, false);
      case "irate" -> InstantRate.irate();
      case "sum" -> SumOverTime.sum();
      case "avg" -> SumOverTime.average();
      case "max" -> ExtremeOverTime.max();
      case "quantile" -> QuantileOverTime.quantile(quantiles, _ -> {});
      case "deriv" -> Regression.slope(ends);
      case "changes" -> Transitions.changes();
      default -> throw new IllegalArgumentException("no function is called " + function);
    };
  }

  @Benchmark
  @OperationsPerInvocation(STEPS)
  public double[] evaluate() {
    kernel.evaluate(column, out);
    return out;
  }
}
