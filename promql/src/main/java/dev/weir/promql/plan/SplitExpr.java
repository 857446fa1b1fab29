package dev.weir.promql.plan;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Matcher;
import dev.weir.model.WeirException;
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
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.ast.TimeModifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;

/// An expression in two stages: leaves, which each shard of the series evaluates alone, and a merge
/// over the union of their results.
///
/// In the merge a selector stands for each leaf; [#leafOf] tells which. Whoever serves its select
/// gives the leaf's instant vector, as samples at the time of evaluation ([LeafMerge] makes it of
/// what the shards gave). The leaves are as large as they can be:
///
/// | expression | leaf | merge |
/// |---|---|---|
/// | `rate(x[5m]) > 0` | itself | the union |
/// | `x / y` | itself: what matches has the same key, so it is in one shard | the union |
/// | `sum by (job) (x)` | itself, as states | the result of the states |
/// | `topk(3, x)` | itself | `topk(3, …)` of all |
/// | `quantile(0.5, x)` | `x`: nothing less gives it exactly | `quantile(0.5, …)` |
///
/// Shards are partitions, or unions of them: the series of one key are in one shard.
///
/// @param leaves the position is the leaf's number
public record SplitExpr(List<Leaf> leaves, Expr merge) {
  /// Changes whenever the same leaf gives something else, or the merge reads it differently: who
  /// combines results of several processes combines equal versions only.
  public static final int VERSION = 3;

  /// A name that is no label's: selectors that stand for leaves have a matcher of it.
  public static final String LEAF = "__weir_leaf__";

  public SplitExpr {
    leaves = List.copyOf(leaves);
    requireNonNull(merge, "merge");
  }

  /// Splits an expression.
  ///
  /// @param firstLeaf number of the first leaf: expressions that are evaluated together number
  ///   their leaves on
  /// @param sharded whether a selector selects from the shards; what others select, the merge reads
  ///   itself
  public static SplitExpr of(Expr expr, int firstLeaf, Predicate<VectorSelector> sharded) {
    return of(expr, firstLeaf, sharded, false);
  }

  /// Splits an expression.
  ///
  /// @param delayedNameRemoval whether names are dropped at the end of the query: what a leaf gives
  ///   does not say that its name is to be dropped, so leaves are bare selectors only
  public static SplitExpr of(
      Expr expr, int firstLeaf, Predicate<VectorSelector> sharded, boolean delayedNameRemoval) {
    Splitter splitter = new Splitter(new PartitionLocality(sharded), firstLeaf, delayedNameRemoval);
    Expr merge = splitter.split(expr);
    return new SplitExpr(splitter.leaves, merge);
  }

  /// Selectors of the shards that the merge would have to read itself: those tied to a time by `@`,
  /// those inside a subquery over more than single series, those inside `info`, and ranges where
  /// leaves are bare selectors. An expression with any cannot be evaluated in two stages.
  ///
  /// @param sharded as for [#of]
  public List<VectorSelector> unsplit(Predicate<VectorSelector> sharded) {
    return SelectorReach.in(merge, 1).stream()
        .map(SelectorReach::selector)
        .filter(selector -> leafOf(selector.matchers()).isEmpty() && sharded.test(selector))
        .toList();
  }

  /// What stands for a leaf in the merge.
  ///
  /// @param matchers that the stand-in keeps: `absent` answers with the labels that they ask for
  /// @param span of what it stands for
  public static VectorSelector standIn(int leaf, List<Matcher> matchers, SourceSpan span) {
    List<Matcher> all = new ArrayList<>(matchers);
    // A regular expression, because `absent` takes labels from equality.
    all.add(Matcher.regex(LEAF, Integer.toString(leaf)));
    return new VectorSelector("", all, TimeModifiers.NONE, RangeEdges.PLAIN, span);
  }

  /// The number of the leaf that a selector of the merge stands for; empty if it is a selector of
  /// the expression itself.
  public static OptionalInt leafOf(List<Matcher> matchers) {
    for (Matcher matcher : matchers) {
      if (matcher.name().equals(LEAF)) {
        return OptionalInt.of(Integer.parseInt(matcher.value()));
      }
    }
    return OptionalInt.empty();
  }

  private static final class Splitter {
    private final PartitionLocality locality;
    private final int firstLeaf;
    private final boolean onlySelectors;
    private final List<Leaf> leaves = new ArrayList<>();

    Splitter(PartitionLocality locality, int firstLeaf, boolean onlySelectors) {
      this.locality = locality;
      this.firstLeaf = firstLeaf;
      this.onlySelectors = onlySelectors;
    }

    Expr split(Expr expr) {
      if (mayBeLeaf(expr) && locality.isLeaf(expr)) {
        Leaf.Kind kind =
            PartitionLocality.isOfSeries(expr) ? Leaf.Kind.SERIES : Leaf.Kind.PARTITION;
        return leaf(expr, kind, matchersOf(expr), expr.span());
      }
      return switch (expr) {
        // What a subquery evaluates at many times, a leaf cannot give for one.
        case NumberLiteral _, StringLiteral _, VectorSelector _, MatrixSelector _, Subquery _ ->
            expr;
        case Paren(Expr inner, var span) -> new Paren(split(inner), span);
        case Unary(var operator, Expr operand, var span) ->
            new Unary(operator, split(operand), span);
        case BinaryOperation(
                var operator,
                Expr left,
                Expr right,
                var bool,
                var matching,
                var span) ->
            new BinaryOperation(operator, split(left), split(right), bool, matching, span);
        case SetOperation(var operator, Expr left, Expr right, var matching, var span) ->
            new SetOperation(operator, split(left), split(right), matching, span);
        case Aggregation aggregation -> split(aggregation);
        case Call call -> split(call);
      };
    }

    private boolean mayBeLeaf(Expr expr) {
      return !onlySelectors || expr instanceof VectorSelector;
    }

    private Expr split(Aggregation aggregation) {
      if (onlySelectors || !locality.isReducible(aggregation)) {
        return new Aggregation(
            aggregation.operator(),
            aggregation.parameter().map(this::split),
            split(aggregation.operand()),
            aggregation.grouping(),
            aggregation.span());
      }
      return switch (aggregation.operator()) {
        case AVG, COUNT, COUNT_VALUES, GROUP, MAX, MIN, STDDEV, STDVAR, SUM ->
            leaf(aggregation, Leaf.Kind.STATES, List.of(), aggregation.span());
        // Choosing from what was chosen, and others, comes to the same.
        case BOTTOMK, LIMITK, LIMIT_RATIO, TOPK ->
            new Aggregation(
                aggregation.operator(),
                aggregation.parameter(),
                leaf(aggregation, Leaf.Kind.CANDIDATES, List.of(), aggregation.span()),
                aggregation.grouping(),
                aggregation.span());
        case QUANTILE -> throw new WeirException.Internal("a quantile is not reducible");
      };
    }

    private Expr split(Call call) {
      if (readsSamplesItself(call.function())) {
        return call;
      }
      if (call.function() == Function.ABSENT_OVER_TIME
          && call.arguments().getFirst() instanceof MatrixSelector range
          && locality.isLeaf(lastOver(range))) {
        // Nothing in the range is nothing last in it. The labels come from the matchers.
        Expr last =
            leaf(lastOver(range), Leaf.Kind.SERIES, range.selector().matchers(), range.span());
        return new Call(Function.ABSENT, List.of(last), call.span());
      }
      return new Call(
          call.function(), call.arguments().stream().map(this::split).toList(), call.span());
    }

    /// `info` reads series that no selector of it names, `timestamp` the times of samples.
    private boolean readsSamplesItself(Function function) {
      return function == Function.INFO
          || (onlySelectors
              && (function == Function.TIMESTAMP || function == Function.START_TIMESTAMP));
    }

    private static Expr lastOver(MatrixSelector range) {
      return new Call(Function.LAST_OVER_TIME, List.of(range), range.span());
    }

    /// `absent` answers with the labels that its selector's matchers ask for, so a selector's
    /// stand-in keeps them.
    private static List<Matcher> matchersOf(Expr expr) {
      return switch (expr) {
        case VectorSelector selector -> selector.matchers();
        case Paren(Expr inner, _) -> matchersOf(inner);
        case NumberLiteral _,
            StringLiteral _,
            MatrixSelector _,
            Subquery _,
            Unary _,
            BinaryOperation _,
            SetOperation _,
            Aggregation _,
            Call _ ->
            List.of();
      };
    }

    private VectorSelector leaf(
        Expr expr, Leaf.Kind kind, List<Matcher> matchers, SourceSpan span) {
      VectorSelector standIn = standIn(firstLeaf + leaves.size(), matchers, span);
      leaves.add(new Leaf(expr, kind));
      return standIn;
    }
  }
}
