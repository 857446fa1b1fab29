package dev.weir.rules.routing;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// When a route's groups are told of.
///
/// @param groupWait from a group's first alert to its first notification
/// @param groupInterval from one look at a group for news to the next
/// @param repeatInterval from one notification to the next if there is no news
public record RouteTimes(Duration groupWait, Duration groupInterval, Duration repeatInterval) {
  public static final RouteTimes DEFAULT =
      new RouteTimes(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(4));

  public RouteTimes {
    requireNonNull(groupWait, "groupWait");
    if (groupWait.isNegative() || !groupInterval.isPositive() || !repeatInterval.isPositive()) {
      throw new IllegalArgumentException(
          "group_wait %s is not negative, group_interval %s and repeat_interval %s are positive"
              .formatted(groupWait, groupInterval, repeatInterval));
    }
  }
}
