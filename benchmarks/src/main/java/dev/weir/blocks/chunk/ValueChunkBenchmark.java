package dev.weir.blocks.chunk;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.StalenessMarker;
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

/// How many values a second does a column give on one core, and how many does it take? Two hours at
/// 15 s are 480 values. Without zstd, which works on frames.
///
/// Run it with `java -cp … org.openjdk.jmh.Main ValueChunkBenchmark` after `./mvnw -pl benchmarks
/// -am package`.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ValueChunkBenchmark {
  private static final int SAMPLES = 480;

  /// What the column is like.
  @Param({"constant", "counter", "gauge", "seconds", "pages", "sum", "noise", "ended"})
  public String column = "counter";

  private final double[] values = new double[SAMPLES];
  private final double[] decoded = new double[SAMPLES];
  private final ByteWriter out = new ByteWriter(1 << 14);
  private final ValueDecoder decoder = new ValueDecoder();
  private byte[] chunk = {};

  @Setup
  public void fill() {
    Random random = new Random(17);
    double level = 1_000_000;
    for (int i = 0; i < SAMPLES; i++) {
      values[i] =
          switch (column) {
            case "constant" -> 1;
            case "counter" -> level += random.nextInt(100);
            case "gauge" -> 50 + random.nextInt(20);
            case "seconds" -> (level += random.nextInt(1500)) / 100;
            case "pages" -> 4096.0 * ((long) level + random.nextInt(1000));
            case "sum" -> level += random.nextInt(1_000_000_000) * 1e-9;
            case "noise" -> random.nextGaussian();
            case "ended" -> i < 470 ? level += random.nextInt(100) : StalenessMarker.VALUE;
            default -> throw new IllegalArgumentException("no column is like " + column);
          };
    }
    ValueChunk.write(values, out);
    chunk = out.toByteArray();
  }

  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public double[] decode() {
    decoder.read(new ByteReader(chunk, "a chunk"), SAMPLES, decoded, 0);
    return decoded;
  }

  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public int encode() {
    out.truncate(0);
    ValueChunk.write(values, out);
    return out.length();
  }
}
