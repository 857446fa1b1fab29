package dev.weir.promql.eval.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// An instant vector that comes block by block, so that whoever reduces it never holds all of it. A
/// stream is read once.
public abstract class VectorStream {
  private final Traits traits;

  /// What is known of all series of a stream.
  ///
  /// @param ordered whether the order of series was asked for (`sort`, `topk`)
  /// @param oneName whether all series have, or had before it was dropped, the same metric name, so
  ///   that two do not become equal by losing it
  /// @param whole whether each series comes in one piece; else several with equal labels may come,
  ///   whose samples are at different steps
  public record Traits(boolean ordered, boolean oneName, boolean whole) {
    public static final Traits NONE = new Traits(false, false, true);

    public static final Traits ORDERED = new Traits(true, false, true);

    public static final Traits ONE_NAME = new Traits(false, true, true);

    Traits inParts() {
      return new Traits(ordered, oneName, false);
    }

    public Traits asOrdered() {
      return new Traits(true, oneName, whole);
    }
  }

  protected VectorStream(Traits traits) {
    this.traits = traits;
  }

  public Traits traits() {
    return traits;
  }

  /// Reads the stream: `work` is applied to blocks in any order and by several threads, `merge` to
  /// its results by the calling thread, in an order that depends on nothing but the data.
  public abstract <T> void process(
      Function<? super VectorBlock, ? extends T> work, Consumer<? super T> merge);

  /// The stream with each block changed. The function may change blocks in place.
  public VectorStream map(UnaryOperator<VectorBlock> change) {
    return new Mapped(this, change);
  }

  /// The stream with other series in each block.
  public VectorStream mapSeries(UnaryOperator<VectorSeries> change) {
    return map(block -> {
      List<VectorSeries> changed = new ArrayList<>(block.series().size());
      for (VectorSeries series : block.series()) {
        changed.add(change.apply(series));
      }
      return block.with(changed);
    });
  }

  /// All series as one block.
  public VectorBlock collect() {
    List<VectorSeries> series = new ArrayList<>();
    long[] held = new long[2];
    process(
        block -> block,
        block -> {
          series.addAll(block.series());
          held[0] += block.samples();
          held[1] += block.bytes();
        });
    return new VectorBlock(series, held[0], held[1]);
  }

  /// A stream of the same series, each in one piece.
  public VectorStream whole() {
    return traits.whole
        ? this
        : of(EqualLabels.merge(collect()), new Traits(traits.ordered, traits.oneName, true));
  }

  /// A stream of what is in memory already.
  public static VectorStream of(VectorBlock block, Traits traits) {
    return new VectorStream(traits) {
      @Override
      public <T> void process(
          Function<? super VectorBlock, ? extends T> work, Consumer<? super T> merge) {
        merge.accept(work.apply(block));
      }
    };
  }

  private static final class Mapped extends VectorStream {
    private final VectorStream source;
    private final UnaryOperator<VectorBlock> change;

    private Mapped(VectorStream source, UnaryOperator<VectorBlock> change) {
      super(source.traits());
      this.source = source;
      this.change = change;
    }

    @Override
    public <T> void process(
        Function<? super VectorBlock, ? extends T> work, Consumer<? super T> merge) {
      source.process(block -> work.apply(change.apply(block)), merge);
    }
  }
}
