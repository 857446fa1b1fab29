package dev.weir.blocks.head;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.SeriesMeta;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds a tenant's live series by their labels. Guarded by the head's index lock.
///
/// Postings are lists of series by label name and value. A series that died stays in them, skipped
/// by readers, until enough have died to pay for going through the lists.
final class TenantIndex {
  private static final int MIN_DEAD_TO_SWEEP = 1_000;

  private final Map<Labels, HeadSeries> live = new HashMap<>();
  private final Map<String, Map<String, List<HeadSeries>>> postings = new HashMap<>();
  private final List<HeadSeries> dead = new ArrayList<>();

  int size() {
    return live.size();
  }

  Collection<HeadSeries> all() {
    return live.values();
  }

  @Nullable HeadSeries get(Labels labels) {
    return live.get(labels);
  }

  HeadSeries add(SeriesMeta meta) {
    HeadSeries series = new HeadSeries(meta);
    live.put(meta.labels(), series);
    meta.labels()
        .forEach((name, value) ->
            postings
                .computeIfAbsent(name, _ -> new HashMap<>())
                .computeIfAbsent(value, _ -> new ArrayList<>(1))
                .add(series));
    return series;
  }

  void remove(HeadSeries series) {
    live.remove(series.labels());
    dead.add(series);
    if (dead.size() >= MIN_DEAD_TO_SWEEP && dead.size() >= live.size() / 4) {
      sweep();
    }
  }

  private void sweep() {
    Map<String, Map<String, Boolean>> swept = new HashMap<>();
    for (HeadSeries series : dead) {
      series
          .labels()
          .forEach((name, value) -> {
            if (swept.computeIfAbsent(name, _ -> new HashMap<>()).put(value, true) == null) {
              sweep(name, value);
            }
          });
    }
    dead.clear();
  }

  private void sweep(String name, String value) {
    Map<String, List<HeadSeries>> byValue = postings.get(name);
    List<HeadSeries> list = byValue == null ? null : byValue.get(value);
    if (byValue == null || list == null) {
      return;
    }
    list.removeIf(series -> !series.isAlive());
    if (list.isEmpty()) {
      byValue.remove(value);
      if (byValue.isEmpty()) {
        postings.remove(name);
      }
    }
  }

  /// The live series that pass all matchers, in no order.
  ///
  /// Series are taken from the postings of the matcher that promises the fewest, and the other
  /// matchers test them one by one: a head is small, and most selectors name a metric.
  List<HeadSeries> match(List<Matcher> matchers) {
    Matcher narrowest = narrowest(matchers);
    List<HeadSeries> found = new ArrayList<>();
    if (narrowest == null) {
      collect(live.values(), matchers.stream().map(Test::new).toList(), found);
      return found;
    }
    List<Test> tests =
        matchers.stream().filter(other -> !narrowest.equals(other)).map(Test::new).toList();
    Map<String, List<HeadSeries>> byValue = postings.getOrDefault(narrowest.name(), Map.of());
    Optional<Set<String>> named = namedValues(narrowest);
    if (named.isPresent()) {
      for (String value : named.get()) {
        collect(byValue.getOrDefault(value, List.of()), tests, found);
      }
    } else {
      for (Map.Entry<String, List<HeadSeries>> entry : byValue.entrySet()) {
        if (narrowest.matches(entry.getKey())) {
          collect(entry.getValue(), tests, found);
        }
      }
    }
    return found;
  }

  private static void collect(
      Collection<HeadSeries> candidates, List<Test> tests, List<HeadSeries> found) {
    next:
    for (HeadSeries series : candidates) {
      if (!series.isAlive()) {
        continue;
      }
      for (Test test : tests) {
        if (!test.passes(series)) {
          continue next;
        }
      }
      found.add(series);
    }
  }

  /// The matcher with the fewest series in its postings; null if every matcher passes series
  /// without its label.
  private @Nullable Matcher narrowest(List<Matcher> matchers) {
    Matcher narrowest = null;
    long fewest = Long.MAX_VALUE;
    for (Matcher matcher : matchers) {
      if (!matcher.matchesEmpty()) {
        long expected = expectedSeries(matcher);
        if (expected < fewest) {
          fewest = expected;
          narrowest = matcher;
        }
      }
    }
    return narrowest;
  }

  private long expectedSeries(Matcher matcher) {
    Map<String, List<HeadSeries>> byValue = postings.getOrDefault(matcher.name(), Map.of());
    Optional<Set<String>> named = namedValues(matcher);
    if (named.isEmpty()) {
      // Every value has to be tested, so a matcher that names its values goes first.
      return live.size();
    }
    long expected = 0;
    for (String value : named.get()) {
      expected += byValue.getOrDefault(value, List.of()).size();
    }
    return expected;
  }

  private static Optional<Set<String>> namedValues(Matcher matcher) {
    return switch (matcher.type()) {
      case EQUAL, REGEX -> matcher.literals();
      case NOT_EQUAL, NOT_REGEX -> Optional.empty();
    };
  }

  /// A matcher that remembers what an expensive regular expression said of a value.
  private static final class Test {
    private final Matcher matcher;
    private final @Nullable Map<String, Boolean> verdicts;

    Test(Matcher matcher) {
      this.matcher = matcher;
      this.verdicts = matcher.literals().isPresent() ? null : new HashMap<>();
    }

    boolean passes(HeadSeries series) {
      String value = series.labels().get(matcher.name());
      return verdicts == null
          ? matcher.matches(value)
          : verdicts.computeIfAbsent(value, matcher::matches);
    }
  }
}
