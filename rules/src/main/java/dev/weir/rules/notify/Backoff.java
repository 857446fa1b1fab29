package dev.weir.rules.notify;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before a notification that failed is tried again: half a second at first, then
/// half as much more each time, up to a minute, and each time somewhere between half of that and
/// half more, so that many groups do not try together.
public final class Backoff {
  private static final double FIRST_MILLIS = 500;
  private static final double FACTOR = 1.5;
  private static final double LAST_MILLIS = 60_000;

  private Backoff() {}

  /// @param failures how often it has failed, from 1
  public static Duration after(int failures, RandomGenerator random) {
    double millis = Math.min(LAST_MILLIS, FIRST_MILLIS * Math.pow(FACTOR, failures - 1));
    return Duration.ofMillis(Math.round(millis * (0.5 + random.nextDouble())));
  }
}
