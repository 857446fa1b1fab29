package dev.weir.rules.template;

import dev.weir.model.Labels;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// `eq`, `lt` and their kin: values of one basic kind compare, whole numbers and floats do not mix.
final class Comparison {
  private static final String INCOMPATIBLE = "incompatible types for comparison";

  private enum Kind {
    BOOL,
    INTEGER,
    FLOAT,
    TEXT,
    OTHER
  }

  private Comparison() {}

  private static Kind kind(@Nullable Object value) {
    return switch (value) {
      case Boolean _ -> Kind.BOOL;
      case Long _, GoDuration _ -> Kind.INTEGER;
      case Double _ -> Kind.FLOAT;
      case String _ -> Kind.TEXT;
      case null, default -> Kind.OTHER;
    };
  }

  /// Whether the first value equals one of the others.
  static boolean equalsAny(List<? extends @Nullable Object> values) {
    Object first = values.getFirst();
    requireComparable(first);
    if (values.size() == 1) {
      throw new TemplateFailure("missing argument for comparison");
    }
    for (Object other : values.subList(1, values.size())) {
      if (areEqual(first, other)) {
        return true;
      }
    }
    return false;
  }

  static boolean areEqual(@Nullable Object a, @Nullable Object b) {
    requireComparable(a);
    Kind kind = kind(a);
    if (kind != kind(b)) {
      if (a != null && b != null) {
        throw new TemplateFailure(INCOMPATIBLE);
      }
      return false;
    }
    requireComparable(b);
    return switch (kind) {
      case INTEGER -> integer(a) == integer(b);
      // Not Double.equals: zeros are equal, NaN is not.
      case FLOAT -> floating(a) == floating(b);
      case BOOL, TEXT, OTHER -> Objects.equals(a, b);
    };
  }

  private static void requireComparable(@Nullable Object value) {
    if (value instanceof Map || value instanceof List || value instanceof TemplateFunction) {
      throw new TemplateFailure(
          "non-comparable type %s: %s"
              .formatted(GoPrint.text(value), TemplateValues.typeName(value)));
    }
  }

  private static long integer(@Nullable Object value) {
    return switch (value) {
      case Long number -> number;
      case GoDuration duration -> duration.nanos();
      case null, default -> throw new IllegalStateException("no whole number: " + value);
    };
  }

  private static double floating(@Nullable Object value) {
    return value instanceof Double number ? number : Double.NaN;
  }

  static boolean isLess(@Nullable Object a, @Nullable Object b) {
    Kind kind = kind(a);
    if (kind == Kind.OTHER || kind(b) == Kind.OTHER) {
      throw new TemplateFailure("invalid type for comparison");
    }
    if (kind != kind(b)) {
      throw new TemplateFailure(INCOMPATIBLE);
    }
    return switch (kind) {
      case INTEGER -> integer(a) < integer(b);
      case FLOAT -> floating(a) < floating(b);
      case TEXT -> Labels.compareText(String.valueOf(a), String.valueOf(b)) < 0;
      case BOOL, OTHER -> throw new TemplateFailure("invalid type for comparison");
    };
  }

  /// `le`: less or equal. With NaN neither holds.
  static boolean isAtMost(@Nullable Object a, @Nullable Object b) {
    return isLess(a, b) || areEqual(a, b);
  }
}
