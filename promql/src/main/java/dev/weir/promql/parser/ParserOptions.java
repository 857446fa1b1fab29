package dev.weir.promql.parser;

import dev.weir.model.WeirException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// Which experimental parts of the language are switched on, and how large a query may be. The
/// parts have the names of Prometheus's feature flags (`--enable-feature`).
///
/// @param experimentalFunctions functions and aggregations that may still change
/// @param extendedRangeSelectors `anchored` and `smoothed`
/// @param fillModifiers `fill`, `fill_left` and `fill_right`
/// @param maxLength characters of a query
/// @param maxDepth levels of the tree: every consumer of it recurses, on a stack of fixed size
public record ParserOptions(
    boolean experimentalFunctions,
    boolean extendedRangeSelectors,
    boolean fillModifiers,
    int maxLength,
    int maxDepth) {
  /// Nothing experimental.
  public static final ParserOptions DEFAULT = new ParserOptions(false, false, false, 1 << 20, 500);

  /// Everything experimental.
  public static final ParserOptions EXPERIMENTAL =
      new ParserOptions(true, true, true, DEFAULT.maxLength, DEFAULT.maxDepth);

  private static final Map<String, UnaryOperator<ParserOptions>> FEATURES =
      new TreeMap<>(
          Map.of(
              "promql-experimental-functions",
              options -> options.withFeatures(true, false, false),
              // Since Prometheus 3.14 it is always on.
              "promql-duration-expr",
              options -> options,
              "promql-extended-range-selectors",
              options -> options.withFeatures(false, true, false),
              "promql-binop-fill-modifiers",
              options -> options.withFeatures(false, false, true)));

  public ParserOptions {
    if (maxLength < 1 || maxDepth < 1) {
      throw new IllegalArgumentException(
          "a query of at most %d characters and %d levels; both are at least 1"
              .formatted(maxLength, maxDepth));
    }
  }

  /// Switches on the named features.
  ///
  /// @throws WeirException.BadData if one is not known
  public static ParserOptions ofFeatures(Collection<String> names) {
    ParserOptions options = DEFAULT;
    for (String name : names) {
      UnaryOperator<ParserOptions> feature = FEATURES.get(name);
      if (feature == null) {
        throw new WeirException.BadData(
            "PromQL feature \"%s\" is not known; use one of %s"
                .formatted(name, String.join(", ", FEATURES.keySet())));
      }
      options = feature.apply(options);
    }
    return options;
  }

  /// Whether a feature of that name changes the language, so that [#ofFeatures] takes it.
  public static boolean isFeature(String name) {
    return FEATURES.containsKey(name);
  }

  private ParserOptions withFeatures(boolean functions, boolean ranges, boolean fill) {
    return new ParserOptions(
        experimentalFunctions || functions,
        extendedRangeSelectors || ranges,
        fillModifiers || fill,
        maxLength,
        maxDepth);
  }

  public ParserOptions withLimits(int length, int depth) {
    return new ParserOptions(
        experimentalFunctions, extendedRangeSelectors, fillModifiers, length, depth);
  }
}
