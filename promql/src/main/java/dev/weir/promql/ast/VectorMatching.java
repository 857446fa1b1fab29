package dev.weir.promql.ast;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.OptionalDouble;

/// How the series of the two sides of an operator find each other.
///
/// @param cardinality how many series of each side may share the matching labels
/// @param on whether `labels` are those that match (`on`), or those left out of it (`ignoring`)
/// @param labels labels named by `on` or `ignoring`
/// @param include labels of the "one" side that the result takes over (`group_left (…)`)
/// @param fillLeft value for a left series that is missing (`fill_left`)
/// @param fillRight value for a right series that is missing (`fill_right`)
public record VectorMatching(
    Cardinality cardinality,
    boolean on,
    List<String> labels,
    List<String> include,
    OptionalDouble fillLeft,
    OptionalDouble fillRight) {
  /// How many series of the left and of the right side may share the matching labels.
  public enum Cardinality {
    ONE_TO_ONE("one-to-one"),
    /// `group_left`: the left side is the "many" side.
    MANY_TO_ONE("many-to-one"),
    /// `group_right`: the right side is the "many" side.
    ONE_TO_MANY("one-to-many"),
    /// Set operators.
    MANY_TO_MANY("many-to-many");

    private final String text;

    Cardinality(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /// All labels but the metric's name match; one series on each side.
  public static final VectorMatching ONE_TO_ONE =
      new VectorMatching(
          Cardinality.ONE_TO_ONE,
          false,
          List.of(),
          List.of(),
          OptionalDouble.empty(),
          OptionalDouble.empty());

  /// What a set operator without `on` or `ignoring` has.
  public static final VectorMatching MANY_TO_MANY =
      ONE_TO_ONE.withCardinality(Cardinality.MANY_TO_MANY);

  public VectorMatching {
    requireNonNull(cardinality, "cardinality");
    labels = List.copyOf(labels);
    include = List.copyOf(include);
    requireNonNull(fillLeft, "fillLeft");
    requireNonNull(fillRight, "fillRight");
    if (!include.isEmpty()
        && cardinality != Cardinality.MANY_TO_ONE
        && cardinality != Cardinality.ONE_TO_MANY) {
      throw new IllegalArgumentException(
          "labels " + include + " cannot be taken over in a " + cardinality.text() + " matching");
    }
  }

  public VectorMatching withCardinality(Cardinality changed) {
    return new VectorMatching(changed, on, labels, include, fillLeft, fillRight);
  }

  /// Whether nothing was said about matching.
  public boolean isPlain() {
    return !on
        && labels.isEmpty()
        && include.isEmpty()
        && fillLeft.isEmpty()
        && fillRight.isEmpty()
        && (cardinality == Cardinality.ONE_TO_ONE || cardinality == Cardinality.MANY_TO_MANY);
  }
}
