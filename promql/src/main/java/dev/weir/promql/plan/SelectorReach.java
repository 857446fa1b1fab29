package dev.weir.promql.plan;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.Aggregation;
import dev.weir.promql.ast.Expr.BinaryOperation;
import dev.weir.promql.ast.Expr.Call;
import dev.weir.promql.ast.Expr.MatrixSelector;
import dev.weir.promql.ast.Expr.NumberLiteral;
import dev.weir.promql.ast.Expr.Paren;
import dev.weir.promql.ast.Expr.SetOperation;
import dev.weir.promql.ast.Expr.StringLiteral;
import dev.weir.promql.ast.Expr.Subquery;
import dev.weir.promql.ast.Expr.Unary;
import dev.weir.promql.ast.Expr.VectorSelector;
import dev.weir.promql.ast.Function;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.ast.TimeModifiers;
import java.util.ArrayList;
import java.util.List;

/// A selector of an expression, and how far it looks back from an evaluation at one time.
///
/// @param fromMillis how long before the evaluation the earliest sample that matters may lie
/// @param toMillis how long before it the latest one may lie; negative if after it
/// @param fixed whether `@` ties the selector, or a subquery around it, to a time of its own
public record SelectorReach(
    VectorSelector selector, long fromMillis, long toMillis, boolean fixed) {
  private static final QueryTimes INSTANT = QueryTimes.instant(0);

  public SelectorReach {
    requireNonNull(selector, "selector");
  }

  /// The selectors of an expression, from left to right.
  ///
  /// @param lookbackMillis how far before an evaluation the latest sample still counts
  /// @throws dev.weir.model.WeirException.BadData if the length of a range is not above zero
  public static List<SelectorReach> in(Expr expr, long lookbackMillis) {
    List<SelectorReach> found = new ArrayList<>();
    new Walk(lookbackMillis, found).visit(expr, new Times(0, 0, false));
    return List.copyOf(found);
  }

  /// When a part of the expression is evaluated: at times so long before the query's.
  private record Times(long fromMillis, long toMillis, boolean fixed) {
    Times shifted(TimeModifiers modifiers, long lengthMillis) {
      long offset = modifiers.offset().map(length -> length.offsetMillis(INSTANT)).orElse(0L);
      return new Times(
          fromMillis + offset + lengthMillis,
          toMillis + offset,
          fixed || modifiers.at().isPresent());
    }
  }

  private record Walk(long lookbackMillis, List<SelectorReach> found) {
    void visit(Expr expr, Times times) {
      switch (expr) {
        case VectorSelector selector -> add(selector, lookbackMillis, times);
        case MatrixSelector(VectorSelector selector, var range, _) ->
            add(selector, range.rangeMillis(INSTANT) + edgeMillis(selector), times);
        case Subquery subquery ->
            visit(
                subquery.inner(),
                times.shifted(subquery.modifiers(), subquery.range().rangeMillis(INSTANT)));
        case NumberLiteral _,
            StringLiteral _,
            Paren _,
            Unary _,
            BinaryOperation _,
            SetOperation _,
            Aggregation _ ->
            expr.parts().forEach(part -> visit(part, times));
        case Call(Function function, List<Expr> arguments, SourceSpan span) -> {
          if (function == Function.INFO) {
            info(arguments, span, times);
          } else {
            arguments.forEach(argument -> visit(argument, times));
          }
        }
      }
    }

    /// The info metric is read as of the time of the first selector, and is `target_info` where the
    /// call names none.
    private void info(List<Expr> arguments, SourceSpan span, Times times) {
      int first = found.size();
      visit(arguments.getFirst(), times);
      SelectorReach like = first < found.size() ? found.get(first) : null;
      List<Matcher> matchers = new ArrayList<>();
      if (arguments.size() > 1 && arguments.get(1) instanceof VectorSelector selector) {
        matchers.addAll(selector.matchers());
      }
      if (matchers.stream().noneMatch(matcher -> matcher.name().equals(Labels.NAME))) {
        matchers.add(Matcher.equal(Labels.NAME, "target_info"));
      }
      VectorSelector info =
          new VectorSelector("", matchers, TimeModifiers.NONE, RangeEdges.PLAIN, span);
      long fromMillis = times.fromMillis() + lookbackMillis;
      found.add(
          like == null
              ? new SelectorReach(info, fromMillis, times.toMillis(), times.fixed())
              : new SelectorReach(
                  info, Math.max(fromMillis, like.fromMillis()), like.toMillis(), like.fixed()));
    }

    /// How much further back a range begins whose edges are made of samples beyond them.
    private long edgeMillis(VectorSelector selector) {
      return selector.edges() == RangeEdges.PLAIN ? 0 : lookbackMillis;
    }

    private void add(VectorSelector selector, long lengthMillis, Times times) {
      Times reach = times.shifted(selector.modifiers(), lengthMillis);
      long toMillis =
          selector.edges() == RangeEdges.SMOOTHED
              ? reach.toMillis() - lookbackMillis
              : reach.toMillis();
      found.add(new SelectorReach(selector, reach.fromMillis(), toMillis, reach.fixed()));
    }
  }
}
