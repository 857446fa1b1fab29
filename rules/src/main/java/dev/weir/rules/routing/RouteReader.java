package dev.weir.rules.routing;

import dev.weir.model.LabelText;
import dev.weir.model.Matcher;
import dev.weir.model.WeirException;
import dev.weir.yaml.ConfigSection;
import dev.weir.yaml.ConfigValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads the tree under `route`.
final class RouteReader {
  /// Routes inside of one another; far beyond any tree that people write.
  private static final int MAX_DEPTH = 100;

  private static final String ALL_LABELS = "...";

  /// What a route has from its parents.
  private record Inherited(
      int depth,
      String key,
      String id,
      Optional<String> receiver,
      GroupBy groupBy,
      RouteTimes times) {
    static final Inherited NOTHING =
        new Inherited(0, "", "", Optional.empty(), GroupBy.NOTHING, RouteTimes.DEFAULT);
  }

  private final Set<String> receivers;

  RouteReader(Set<String> receivers) {
    this.receivers = receivers;
  }

  Route readRoot(ConfigSection section) {
    String cure = "move it to a route under \"routes:\"";
    for (String key : List.of("match", "match_re", "matchers")) {
      if (section.value(key).filter(value -> !value.isNull()).isPresent()) {
        section.problem(key, "the root route has %s".formatted(key), "it takes all; " + cure);
      }
    }
    if (section.bool("continue").orElse(false)) {
      section.problem("continue", "the root route has \"continue\"", "nothing follows it");
    }
    if (section.text("receiver").filter(text -> !text.isEmpty()).isEmpty()) {
      section.problem("receiver", "the root route has no receiver", "add \"receiver:\"");
    }
    return read(section, Inherited.NOTHING, 0);
  }

  private Route read(ConfigSection section, Inherited parent, int place) {
    boolean root = parent.depth == 0;
    RouteMatchers matchers = root ? RouteMatchers.NONE : matchers(section);
    String key = root ? matchers.toString() : parent.key + "/" + matchers;
    String id = root ? key : "%s/%s/%d".formatted(parent.id, matchers, place);
    Optional<String> receiver = receiver(section).or(parent::receiver);
    GroupBy groupBy = groupBy(section).orElse(parent.groupBy);
    RouteTimes times = times(section, parent.times);
    boolean continues = section.bool("continue").orElse(false);
    refuseIntervals(section);
    Inherited mine = new Inherited(parent.depth + 1, key, id, receiver, groupBy, times);
    List<Route> routes = new ArrayList<>();
    int number = 0;
    for (ConfigValue entry : section.list("routes")) {
      if (mine.depth >= MAX_DEPTH) {
        entry.problem("routes are nested too deeply", "use at most %d levels".formatted(MAX_DEPTH));
        break;
      }
      routes.add(read(entry.section(placeOf(receiver(entry, mine))), mine, number++));
    }
    section.refuseOthers();
    return new Route(key, id, matchers, receiver.orElse(""), groupBy, times, continues, routes);
  }

  private static String placeOf(String receiver) {
    return receiver.isEmpty() ? "route" : "route to " + LabelText.quote(receiver);
  }

  private static String receiver(ConfigValue entry, Inherited parent) {
    return entry.peek("receiver").or(parent::receiver).orElse("");
  }

  private Optional<String> receiver(ConfigSection section) {
    Optional<String> name = section.text("receiver").filter(text -> !text.isEmpty());
    if (name.isPresent() && !receivers.contains(name.get())) {
      section.problem(
          "receiver",
          "receiver %s is not defined".formatted(LabelText.quote(name.get())),
          receivers.isEmpty()
              ? "define it under \"receivers:\""
              : "define it under \"receivers:\", or use one of " + String.join(", ", receivers));
    }
    return name;
  }

  private static void refuseIntervals(ConfigSection section) {
    for (String key : List.of("mute_time_intervals", "active_time_intervals")) {
      if (!section.list(key).isEmpty()) {
        section.problem(
            key,
            "%s are not supported yet".formatted(key),
            "remove them; notifications are then sent at any time");
      }
    }
  }

  private static RouteTimes times(ConfigSection section, RouteTimes parent) {
    return new RouteTimes(
        section.duration("group_wait").orElse(parent.groupWait()),
        positive(section, "group_interval").orElse(parent.groupInterval()),
        positive(section, "repeat_interval").orElse(parent.repeatInterval()));
  }

  private static Optional<Duration> positive(ConfigSection section, String key) {
    Optional<Duration> duration = section.duration(key);
    if (duration.isPresent() && !duration.get().isPositive()) {
      section.problem(key, "%s is 0".formatted(key), "use a duration of more than 0");
      return Optional.empty();
    }
    return duration;
  }

  private static Optional<GroupBy> groupBy(ConfigSection section) {
    Optional<ConfigValue> value = section.value("group_by").filter(found -> !found.isNull());
    if (value.isEmpty()) {
      return Optional.empty();
    }
    Set<String> names = new LinkedHashSet<>();
    boolean all = false;
    for (ConfigValue entry : value.get().list()) {
      String name = entry.text().orElse("");
      if (name.equals(ALL_LABELS)) {
        all = true;
      } else if (name.isEmpty()) {
        entry.problem("a label's name is empty", "name a label");
      } else if (!names.add(name)) {
        entry.problem("label %s stands twice".formatted(LabelText.quote(name)), "keep one of them");
      }
    }
    if (all && !names.isEmpty()) {
      value
          .get()
          .problem(
              "\"...\" stands beside other labels",
              "keep \"...\" to group by every label, or the others");
    }
    // An empty list inherits, as if it were not there.
    return names.isEmpty() && !all
        ? Optional.empty()
        : Optional.of(all ? GroupBy.ALL : new GroupBy(false, names));
  }

  private static RouteMatchers matchers(ConfigSection section) {
    List<Matcher> matchers = new ArrayList<>();
    addOld(section, "match", Matcher.Type.EQUAL, matchers);
    addOld(section, "match_re", Matcher.Type.REGEX, matchers);
    for (ConfigValue entry : section.list("matchers")) {
      parse(entry).ifPresent(matchers::addAll);
    }
    return new RouteMatchers(matchers);
  }

  private static void addOld(
      ConfigSection section, String key, Matcher.Type type, List<Matcher> matchers) {
    section.ifSection(
        key,
        key,
        labels -> {
          for (String name : labels.keys()) {
            if (!LabelText.isClassicLabelName(name)) {
              labels.problem(
                  name,
                  "%s is not a valid label name".formatted(LabelText.quote(name)),
                  "use \"matchers:\" for names other than letters, digits and underscores");
            }
            labels
                .value(name)
                .flatMap(value -> value.parsed(text -> Matcher.of(type, name, text)))
                .ifPresent(matchers::add);
          }
        });
  }

  /// What [MatcherParser] refuses is read the classic way, with a warning, as Alertmanager does.
  private static Optional<List<Matcher>> parse(ConfigValue entry) {
    String text = entry.text().orElse("");
    try {
      return Optional.of(MatcherParser.parse(text));
    } catch (WeirException.BadData e) {
      try {
        List<Matcher> matchers = ClassicMatcherParser.parse(text);
        entry
            .file()
            .warning(
                entry.line(),
                entry.place(),
                "%s is written in the old way of Alertmanager".formatted(LabelText.quote(text)),
                "write it as "
                    + String.join(",", matchers.stream().map(RouteMatchers::text).toList()));
        return Optional.of(matchers);
      } catch (WeirException.BadData old) {
        entry.problem(e.getMessage(), "");
        return Optional.empty();
      }
    }
  }
}
