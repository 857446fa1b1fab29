package dev.weir.promql.oracle;

import dev.weir.model.Labels;
import dev.weir.promql.ast.Expr.Aggregation;
import dev.weir.promql.ast.Function;
import dev.weir.promql.oracle.OracleValue.Element;
import dev.weir.promql.oracle.OracleValue.Sample;
import dev.weir.promql.oracle.OracleValue.Vector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Aggregations of one instant vector.
final class OracleAggregations {
  private final Aggregation aggregation;
  private final Map<Labels, List<Element>> groups = new TreeMap<>();

  OracleAggregations(Aggregation aggregation, List<Element> elements) {
    this.aggregation = aggregation;
    for (Element element : elements) {
      groups.computeIfAbsent(group(element.labels()), _ -> new ArrayList<>()).add(element);
    }
  }

  private Labels group(Labels labels) {
    List<String> names = aggregation.grouping().labels();
    return aggregation.grouping().without()
        ? labels.keep(name -> !name.equals(Labels.NAME) && !names.contains(name))
        : labels.keep(names::contains);
  }

  /// @param parameter NaN if there is none
  Vector result(double parameter) {
    List<Element> result = new ArrayList<>();
    groups.forEach((labels, elements) -> {
      switch (aggregation.operator()) {
        case TOPK -> result.addAll(best(elements, true, parameter));
        case BOTTOMK -> result.addAll(best(elements, false, parameter));
        case LIMITK ->
            result.addAll(
                elements.stream()
                    .sorted(Comparator.comparing(Element::labels))
                    .limit((long) Math.max(0, parameter))
                    .toList());
        default -> {
          Sample sample = aggregated(elements.stream().map(Element::sample).toList(), parameter);
          if (sample != null) {
            result.add(new Element(labels, sample, elements.stream().anyMatch(Element::dropName)));
          }
        }
      }
    });
    return new Vector(result);
  }

  /// Of equal values, those that come first by labels.
  private static List<Element> best(List<Element> elements, boolean greatest, double k) {
    Comparator<Element> byValue = Comparator.comparingDouble(element -> element.sample().value());
    return elements.stream()
        .filter(element -> element.sample().isFloat())
        .sorted(Comparator.comparing(Element::labels))
        .sorted(greatest ? byValue.reversed() : byValue)
        .limit((long) Math.max(0, k))
        .toList();
  }

  private @Nullable Sample aggregated(List<Sample> samples, double parameter) {
    // A range without bounds: sums and extremes do not look at them.
    OracleRanges all = new OracleRanges(0, 0, samples);
    return switch (aggregation.operator()) {
      case SUM -> all.apply(Function.SUM_OVER_TIME);
      case AVG -> all.apply(Function.AVG_OVER_TIME);
      case MIN -> all.apply(Function.MIN_OVER_TIME);
      case MAX -> all.apply(Function.MAX_OVER_TIME);
      case STDVAR -> all.apply(Function.STDVAR_OVER_TIME);
      case COUNT -> Sample.of(samples.size());
      case GROUP -> Sample.of(1);
      case QUANTILE -> quantile(samples, parameter);
      default -> throw new IllegalArgumentException(aggregation.operator().text());
    };
  }

  private static @Nullable Sample quantile(List<Sample> samples, double q) {
    List<Double> sorted =
        samples.stream()
            .filter(Sample::isFloat)
            .map(Sample::value)
            .sorted(
                Comparator.comparing((Double value) -> !value.isNaN())
                    .thenComparing(value -> value))
            .toList();
    if (sorted.isEmpty()) {
      return null;
    }
    if (q < 0 || q > 1) {
      return Sample.of(q < 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    double rank = q * (sorted.size() - 1);
    int lower = (int) Math.floor(rank);
    int upper = Math.min(lower + 1, sorted.size() - 1);
    double weight = rank - lower;
    return Sample.of(sorted.get(lower) * (1 - weight) + sorted.get(upper) * weight);
  }

  /// `count_values` of whole numbers.
  Vector countsOfValues(String label) {
    Map<Labels, Double> counts = new TreeMap<>();
    groups.forEach((labels, elements) ->
        elements.forEach(element -> {
          double value = element.sample().value();
          boolean minusZero = value == 0 && 1 / value < 0;
          String text = minusZero ? "-0" : String.valueOf((long) value);
          counts.merge(labels.with(label, text), 1.0, Double::sum);
        }));
    return new Vector(
        counts.entrySet().stream()
            .map(entry -> new Element(entry.getKey(), Sample.of(entry.getValue())))
            .toList());
  }
}
