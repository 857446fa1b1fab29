package dev.weir.promql.eval.select;

import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.eval.vector.VectorStream;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/// A selector's series, group by group: each is read, evaluated and given up before more than a few
/// others are.
public final class GroupStream extends VectorStream {
  /// Evaluates the series of one group.
  public interface GroupFunction {
    List<VectorSeries> apply(SampleColumns columns);
  }

  private final QueryRun run;
  private final Selection selection;
  private final GroupFunction function;

  public GroupStream(QueryRun run, Selection selection, GroupFunction function) {
    super(selection.namesOneMetric() ? Traits.ONE_NAME : Traits.NONE);
    this.run = run;
    this.selection = selection;
    this.function = function;
  }

  @Override
  public <T> void process(
      Function<? super VectorBlock, ? extends T> work, Consumer<? super T> merge) {
    GroupReader.<T>read(
        run,
        selection,
        columns -> work.apply(VectorBlock.reserve(run.budget(), function.apply(columns))),
        merge);
  }
}
