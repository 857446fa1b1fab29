package dev.weir.yaml;

import dev.weir.model.DurationText;
import dev.weir.model.WeirException;
import java.time.Duration;

/// Durations in configuration files: [DurationText] as a [Duration].
public final class PrometheusDuration {
  private PrometheusDuration() {}

  /// @throws WeirException.BadData if the text is no duration
  public static Duration parse(String text) {
    return Duration.ofMillis(DurationText.parseMillis(text));
  }

  /// The text that Prometheus gives the duration. Parts of a millisecond are left out.
  public static String format(Duration duration) {
    return DurationText.format(duration.toMillis());
  }
}
