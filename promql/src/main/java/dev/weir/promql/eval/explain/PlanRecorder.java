package dev.weir.promql.eval.explain;

import dev.weir.model.source.SeriesSource;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.eval.vector.VectorStream;
import dev.weir.promql.printer.PromqlPrinter;
import dev.weir.promql.query.PlanNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Notes how an expression is evaluated, as a tree: a node for each part that the evaluator
/// evaluates, below the one that it was evaluated for. Parts are built by one thread, and computed
/// by many.
///
/// A node's time is from when a stream of its blocks is asked for work to when it hands on a block,
/// and what its function does with the blocks that it gets ([NodeTimes]). Who reads from the source
/// is charged for it apart ([ObservedSource]); who waits for other threads is not charged.
public final class PlanRecorder {
  private final boolean on;
  private final NodeTimes times;

  // One for each query that is explained: what threads note belongs to it and goes with it.
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<@Nullable Node> reading = new ThreadLocal<>();

  private @Nullable Node root;
  private @Nullable Node building;

  private PlanRecorder(boolean on, LongSupplier nanoClock) {
    this.on = on;
    this.times = new NodeTimes(nanoClock);
  }

  /// @param on whether anything is noted
  public static PlanRecorder of(boolean on, LongSupplier nanoClock) {
    return new PlanRecorder(on, nanoClock);
  }

  /// A part of the expression.
  private static final class Node {
    private final Expr expr;
    private final Steps steps;
    private final LongAdder nanos = new LongAdder();
    private final LongAdder series = new LongAdder();
    private final List<Node> parts = new ArrayList<>();
    private final List<ObservedSource.Selected> selected = new ArrayList<>();
    private boolean once;

    private Node(Expr expr, Steps steps) {
      this.expr = expr;
      this.steps = steps;
    }

    private synchronized void add(ObservedSource.Selected selection) {
      selected.add(selection);
    }

    private synchronized PlanNode plan() {
      return new PlanNode(
          PromqlPrinter.print(expr),
          PlanText.action(expr) + (once ? ", once for all steps" : ""),
          once ? 1 : steps.count(),
          series.sum(),
          nanos.sum(),
          selected.stream().map(ObservedSource.Selected::reading).toList(),
          parts.stream().map(Node::plan).toList());
    }
  }

  /// The source with its selections noted.
  public SeriesSource observing(SeriesSource source) {
    if (!on) {
      return source;
    }
    return new ObservedSource(
        source,
        times,
        selection -> {
          Node reader = reading.get();
          if (reader != null) {
            reader.add(selection);
          }
        });
  }

  /// Notes the evaluation of a scalar, which counts as a series.
  public double[] scalar(Expr expr, Steps steps, Supplier<double[]> evaluate) {
    return on
        ? within(expr, steps, evaluate, (node, values) -> counted(node, 1, values))
        : evaluate.get();
  }

  /// Notes the evaluation of a range.
  public <T> List<T> range(Expr expr, Steps steps, Supplier<List<T>> evaluate) {
    return on
        ? within(expr, steps, evaluate, (node, series) -> counted(node, series.size(), series))
        : evaluate.get();
  }

  private static <T> T counted(Node node, long series, T value) {
    node.series.add(series);
    return value;
  }

  /// Notes the evaluation of a vector, and what becomes of its stream.
  public VectorStream vector(Expr expr, Steps steps, Supplier<VectorStream> build) {
    return on ? within(expr, steps, build, Observed::new) : build.get();
  }

  @FunctionalInterface
  private interface Finish<T> {
    T apply(Node node, T value);
  }

  // The same part of the expression, not an equal one elsewhere in it.
  @SuppressWarnings("ReferenceEquality")
  private <T> T within(Expr expr, Steps steps, Supplier<T> build, Finish<T> finish) {
    Node outer = building;
    if (expr instanceof Expr.Paren) {
      return build.get();
    }
    if (outer != null && outer.expr == expr) {
      // The same at all steps, and evaluated at one.
      outer.once = true;
      return build.get();
    }
    Node node = new Node(expr, steps);
    if (outer != null) {
      outer.parts.add(node);
    } else if (root == null) {
      root = node;
    } else {
      root.parts.add(node);
    }
    LongAdder before = times.enter(node.nanos);
    building = node;
    try {
      return finish.apply(node, build.get());
    } finally {
      building = outer;
      times.enter(before);
    }
  }

  /// Has a selection that is made while the stream is read noted with the part that is being built.
  public VectorStream reading(VectorStream stream) {
    Node node = building;
    return on && node != null ? new Reading(node, stream) : stream;
  }

  /// The same for a selection that is made at once.
  public <T> T reading(Supplier<T> select) {
    return on ? readingFor(building, select) : select.get();
  }

  private <T> T readingFor(@Nullable Node node, Supplier<T> select) {
    Node before = reading.get();
    LongAdder owner = times.enter(null);
    reading.set(node);
    try {
      return select.get();
    } finally {
      reading.set(before);
      times.enter(owner);
    }
  }

  /// Charges a part for its function of a group, which any thread may apply.
  public <A, B> Function<A, B> computing(Function<A, B> function) {
    Node node = building;
    if (!on || node == null) {
      return function;
    }
    return group -> {
      LongAdder before = times.enter(node.nanos);
      try {
        return function.apply(group);
      } finally {
        times.enter(before);
      }
    };
  }

  /// What was noted.
  public Optional<PlanNode> plan() {
    return Optional.ofNullable(root).map(Node::plan);
  }

  /// Hands on blocks, and the time with them.
  private final class Observed extends VectorStream {
    private final Node node;
    private final VectorStream stream;

    private Observed(Node node, VectorStream stream) {
      super(stream.traits());
      this.node = node;
      this.stream = stream;
    }

    @Override
    public <T> void process(
        Function<? super VectorBlock, ? extends T> work, Consumer<? super T> merge) {
      LongAdder consumer = times.enter(node.nanos);
      try {
        stream.process(
            block -> {
              for (VectorSeries one : block.series()) {
                if (!one.isEmpty()) {
                  node.series.increment();
                }
              }
              LongAdder producer = times.enter(consumer);
              try {
                return work.apply(block);
              } finally {
                times.enter(producer);
              }
            },
            result -> {
              LongAdder producer = times.enter(consumer);
              try {
                merge.accept(result);
              } finally {
                times.enter(producer);
              }
            });
      } finally {
        times.enter(consumer);
      }
    }
  }

  /// Reads groups: who waits for them works for nobody.
  private final class Reading extends VectorStream {
    private final Node node;
    private final VectorStream stream;

    private Reading(Node node, VectorStream stream) {
      super(stream.traits());
      this.node = node;
      this.stream = stream;
    }

    @Override
    public <T> void process(
        Function<? super VectorBlock, ? extends T> work, Consumer<? super T> merge) {
      boolean _ =
          readingFor(
              node,
              () -> {
                stream.process(work, merge);
                return true;
              });
    }
  }
}
