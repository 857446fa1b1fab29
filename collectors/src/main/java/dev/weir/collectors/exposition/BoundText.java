package dev.weir.collectors.exposition;

import dev.weir.model.FloatText;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/// Writes the bounds of histograms and summaries in one way, as Prometheus 3 does, so that a target
/// that exposes `le="1"` in one format and `le="1.0"` in another has the same series in both.
public final class BoundText {
  private static final String QUANTILE = "quantile";

  private BoundText() {}

  /// The labels with a float in `le` or `quantile` written as OpenMetrics writes it.
  ///
  /// @param type what the series' family was declared as
  public static Labels normalize(Labels labels, MetricType type) {
    return switch (type) {
      case HISTOGRAM -> normalize(labels, Labels.BUCKET);
      case SUMMARY -> normalize(labels, QUANTILE);
      case COUNTER, GAUGE, GAUGE_HISTOGRAM, INFO, STATESET, UNKNOWN -> labels;
    };
  }

  private static Labels normalize(Labels labels, String name) {
    String written = labels.get(name);
    if (written.isEmpty()) {
      return labels;
    }
    byte[] bytes = written.getBytes(StandardCharsets.UTF_8);
    try {
      String normal = write(FloatReader.read(bytes, 0, bytes.length));
      return normal.equals(written) ? labels : labels.with(name, normal);
    } catch (NumberFormatException e) {
      // No float: it stays as it is, like any other label.
      return labels;
    }
  }

  /// With a point or an exponent, so that it is seen to be a float: `1.0`, `0.25`, `1e+06`.
  static String write(double value) {
    if (!Double.isFinite(value)) {
      return FloatText.plain(value);
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int digits = exact.precision();
    int exponent = digits - exact.scale() - 1;
    // Where Go's format `g` turns to exponents.
    if (exponent < -4 || exponent >= 6) {
      String unscaled = exact.unscaledValue().abs().toString();
      String fraction = digits > 1 ? "." + unscaled.substring(1) : "";
      return "%s%s%se%s%02d"
          .formatted(
              value < 0 ? "-" : "",
              unscaled.charAt(0),
              fraction,
              exponent < 0 ? "-" : "+",
              Math.abs(exponent));
    }
    String plain = exact.toPlainString();
    return plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }
}
