package dev.weir.rules;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Rules that are evaluated one after another at the same times. Immutable; a group is data, and
/// travels as its [#text].
///
/// @param file where it was read: together with the name it says which group it is
/// @param intervalMillis between evaluations
/// @param queryOffsetMillis how far before an evaluation its expressions look
/// @param limit of series or alerts that a rule may come to; 0 for none
/// @param labels that all rules set, where they have none of that name; sorted by name. The rules
///   have them already
public record RuleGroup(
    String file,
    String name,
    long intervalMillis,
    long queryOffsetMillis,
    int limit,
    Map<String, String> labels,
    List<Rule> rules) {
  /// How late a report may be, beyond an evaluation and a missed one: reports of which nothing
  /// changes come every ten seconds, and whoever evaluates may have to be replaced first.
  private static final Duration REPORT_GRACE = Duration.ofMinutes(1);

  /// What the file of a shadow group ends with. It is another group than the live one of its name:
  /// neither takes over the other's alerts or series.
  private static final String SHADOW = ";shadow";

  public RuleGroup {
    requireNonNull(file, "file");
    requireNonNull(name, "name");
    if (intervalMillis <= 0 || queryOffsetMillis < 0 || limit < 0) {
      throw new IllegalArgumentException(
          "group %s: interval %d ms is above zero, query_offset %d ms and limit %d not below"
              .formatted(name, intervalMillis, queryOffsetMillis, limit));
    }
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    rules = List.copyOf(rules);
  }

  /// The group as a rule file of its own, which reads as an equal group. One line of JSON, so that
  /// equal groups have equal texts.
  public String text() {
    return GroupText.of(this);
  }

  /// How old the last report of an evaluation may be. A group whose last one is older is not
  /// evaluated any more, and its alerts are what they were then.
  public Duration reportedWithin() {
    return Duration.ofMillis(intervalMillis).multipliedBy(2).plus(REPORT_GRACE);
  }

  /// Whether the group that stands in a file is evaluated and tells nobody.
  public static boolean isShadow(String file) {
    return file.endsWith(SHADOW);
  }

  /// Whether the group is evaluated and tells nobody.
  public boolean isShadow() {
    return isShadow(file);
  }

  /// The same rules as a group that is evaluated and tells nobody.
  public RuleGroup asShadow() {
    return isShadow()
        ? this
        : new RuleGroup(
            file + SHADOW, name, intervalMillis, queryOffsetMillis, limit, labels, rules);
  }

  /// The file that it was read from, whether it is a shadow group or not.
  public String origin() {
    return isShadow() ? file.substring(0, file.length() - SHADOW.length()) : file;
  }

  /// Names the definition: results are combined only if they are of the same one.
  public Hash128 contentHash() {
    return Hash128.of((file + '\n' + text()).getBytes(StandardCharsets.UTF_8));
  }
}
