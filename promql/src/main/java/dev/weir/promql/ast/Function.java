package dev.weir.promql.ast;

import static dev.weir.promql.ast.Function.Signature.NUMBER;
import static dev.weir.promql.ast.Function.Signature.takes;
import static dev.weir.promql.ast.ValueType.INSTANT_VECTOR;
import static dev.weir.promql.ast.ValueType.RANGE_VECTOR;
import static dev.weir.promql.ast.ValueType.STRING;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Every function of PromQL as of Prometheus 3.14, with its signature. Whether an evaluator knows
/// how to compute it is the evaluator's matter.
public enum Function {
  ABS(takes(INSTANT_VECTOR)),
  ABSENT(takes(INSTANT_VECTOR)),
  ABSENT_OVER_TIME(takes(RANGE_VECTOR)),
  ACOS(takes(INSTANT_VECTOR)),
  ACOSH(takes(INSTANT_VECTOR)),
  ASIN(takes(INSTANT_VECTOR)),
  ASINH(takes(INSTANT_VECTOR)),
  ATAN(takes(INSTANT_VECTOR)),
  ATANH(takes(INSTANT_VECTOR)),
  AVG_OVER_TIME(takes(RANGE_VECTOR)),
  CEIL(takes(INSTANT_VECTOR)),
  CHANGES(takes(RANGE_VECTOR)),
  CLAMP(takes(INSTANT_VECTOR, NUMBER, NUMBER)),
  CLAMP_MAX(takes(INSTANT_VECTOR, NUMBER)),
  CLAMP_MIN(takes(INSTANT_VECTOR, NUMBER)),
  COS(takes(INSTANT_VECTOR)),
  COSH(takes(INSTANT_VECTOR)),
  COUNT_OVER_TIME(takes(RANGE_VECTOR)),
  DAY_OF_MONTH(takes(INSTANT_VECTOR).arguments(0, 1)),
  DAY_OF_WEEK(takes(INSTANT_VECTOR).arguments(0, 1)),
  DAY_OF_YEAR(takes(INSTANT_VECTOR).arguments(0, 1)),
  DAYS_IN_MONTH(takes(INSTANT_VECTOR).arguments(0, 1)),
  DEG(takes(INSTANT_VECTOR)),
  DELTA(takes(RANGE_VECTOR)),
  DERIV(takes(RANGE_VECTOR)),
  DOUBLE_EXPONENTIAL_SMOOTHING(takes(RANGE_VECTOR, NUMBER, NUMBER).asExperimental()),
  END(takes().returns(NUMBER).asExperimental()),
  EXP(takes(INSTANT_VECTOR)),
  FIRST_OVER_TIME(takes(RANGE_VECTOR)),
  FLOOR(takes(INSTANT_VECTOR)),
  HISTOGRAM_AVG(takes(INSTANT_VECTOR)),
  HISTOGRAM_COUNT(takes(INSTANT_VECTOR)),
  HISTOGRAM_FRACTION(takes(NUMBER, NUMBER, INSTANT_VECTOR)),
  HISTOGRAM_QUANTILE(takes(NUMBER, INSTANT_VECTOR)),
  HISTOGRAM_QUANTILES(
      takes(INSTANT_VECTOR, STRING, NUMBER, NUMBER).arguments(3, 12).asExperimental()),
  HISTOGRAM_STDDEV(takes(INSTANT_VECTOR)),
  HISTOGRAM_STDVAR(takes(INSTANT_VECTOR)),
  HISTOGRAM_SUM(takes(INSTANT_VECTOR)),
  HOUR(takes(INSTANT_VECTOR).arguments(0, 1)),
  IDELTA(takes(RANGE_VECTOR)),
  INCREASE(takes(RANGE_VECTOR)),
  INFO(takes(INSTANT_VECTOR, INSTANT_VECTOR).arguments(1, 2).asExperimental()),
  IRATE(takes(RANGE_VECTOR)),
  LABEL_JOIN(takes(INSTANT_VECTOR, STRING, STRING, STRING).arguments(3, Integer.MAX_VALUE)),
  LABEL_REPLACE(takes(INSTANT_VECTOR, STRING, STRING, STRING, STRING)),
  LAST_OVER_TIME(takes(RANGE_VECTOR)),
  LN(takes(INSTANT_VECTOR)),
  LOG10(takes(INSTANT_VECTOR)),
  LOG2(takes(INSTANT_VECTOR)),
  MAD_OVER_TIME(takes(RANGE_VECTOR).asExperimental()),
  MAX_OF(takes(NUMBER, NUMBER).returns(NUMBER).asExperimental()),
  MAX_OVER_TIME(takes(RANGE_VECTOR)),
  MIN_OF(takes(NUMBER, NUMBER).returns(NUMBER).asExperimental()),
  MIN_OVER_TIME(takes(RANGE_VECTOR)),
  MINUTE(takes(INSTANT_VECTOR).arguments(0, 1)),
  MONTH(takes(INSTANT_VECTOR).arguments(0, 1)),
  PI(takes().returns(NUMBER)),
  PREDICT_LINEAR(takes(RANGE_VECTOR, NUMBER)),
  PRESENT_OVER_TIME(takes(RANGE_VECTOR)),
  QUANTILE_OVER_TIME(takes(NUMBER, RANGE_VECTOR)),
  RAD(takes(INSTANT_VECTOR)),
  RANGE(takes().returns(NUMBER).asExperimental()),
  RATE(takes(RANGE_VECTOR)),
  RESETS(takes(RANGE_VECTOR)),
  ROUND(takes(INSTANT_VECTOR, NUMBER).arguments(1, 2)),
  SCALAR(takes(INSTANT_VECTOR).returns(NUMBER)),
  SGN(takes(INSTANT_VECTOR)),
  SIN(takes(INSTANT_VECTOR)),
  SINH(takes(INSTANT_VECTOR)),
  SORT(takes(INSTANT_VECTOR)),
  SORT_BY_LABEL(takes(INSTANT_VECTOR, STRING).arguments(1, Integer.MAX_VALUE).asExperimental()),
  SORT_BY_LABEL_DESC(
      takes(INSTANT_VECTOR, STRING).arguments(1, Integer.MAX_VALUE).asExperimental()),
  SORT_DESC(takes(INSTANT_VECTOR)),
  SQRT(takes(INSTANT_VECTOR)),
  START(takes().returns(NUMBER).asExperimental()),
  START_TIMESTAMP(takes(INSTANT_VECTOR).asExperimental()),
  STDDEV_OVER_TIME(takes(RANGE_VECTOR)),
  STDVAR_OVER_TIME(takes(RANGE_VECTOR)),
  STEP(takes().returns(NUMBER).asExperimental()),
  SUM_OVER_TIME(takes(RANGE_VECTOR)),
  TAN(takes(INSTANT_VECTOR)),
  TANH(takes(INSTANT_VECTOR)),
  TIME(takes().returns(NUMBER)),
  TIMESTAMP(takes(INSTANT_VECTOR)),
  TS_OF_FIRST_OVER_TIME(takes(RANGE_VECTOR).asExperimental()),
  TS_OF_LAST_OVER_TIME(takes(RANGE_VECTOR).asExperimental()),
  TS_OF_MAX_OVER_TIME(takes(RANGE_VECTOR).asExperimental()),
  TS_OF_MIN_OVER_TIME(takes(RANGE_VECTOR).asExperimental()),
  VECTOR(takes(NUMBER)),
  YEAR(takes(INSTANT_VECTOR).arguments(0, 1));

  /// Stands for "any number" in [#maxArguments].
  public static final int UNLIMITED = Integer.MAX_VALUE;

  private static final Map<String, Function> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Function::text, f -> f));

  private final String text;

  @SuppressWarnings("ImmutableEnumChecker") // its list comes from List.of
  private final Signature signature;

  Function(Signature signature) {
    this.text = name().toLowerCase(Locale.ROOT);
    this.signature = signature;
  }

  /// The function of that name; names are told apart by case.
  public static Optional<Function> byName(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /// The name as written in a query.
  public String text() {
    return text;
  }

  /// The types of the parameters; the last one is that of all further arguments.
  public List<ValueType> parameterTypes() {
    return signature.parameterTypes;
  }

  /// The type that argument number `index` (from 0) has to have.
  public ValueType parameterType(int index) {
    List<ValueType> types = signature.parameterTypes;
    return types.get(Math.min(index, types.size() - 1));
  }

  public int minArguments() {
    return signature.minArguments;
  }

  /// The most arguments that the function takes, or [#UNLIMITED].
  public int maxArguments() {
    return signature.maxArguments;
  }

  public boolean isVariadic() {
    return minArguments() != maxArguments();
  }

  public ValueType returnType() {
    return signature.returnType;
  }

  /// Whether the function has to be switched on (`promql-experimental-functions`).
  public boolean isExperimental() {
    return signature.experimental;
  }

  /// What a function takes and returns: without more said, exactly the parameters named, for an
  /// instant vector.
  record Signature(
      List<ValueType> parameterTypes,
      int minArguments,
      int maxArguments,
      ValueType returnType,
      boolean experimental) {
    // A function has the name that the table would need.
    static final ValueType NUMBER = ValueType.SCALAR;

    static Signature takes(ValueType... types) {
      return new Signature(List.of(types), types.length, types.length, INSTANT_VECTOR, false);
    }

    Signature arguments(int min, int max) {
      return new Signature(parameterTypes, min, max, returnType, experimental);
    }

    Signature returns(ValueType type) {
      return new Signature(parameterTypes, minArguments, maxArguments, type, experimental);
    }

    Signature asExperimental() {
      return new Signature(parameterTypes, minArguments, maxArguments, returnType, true);
    }
  }
}
