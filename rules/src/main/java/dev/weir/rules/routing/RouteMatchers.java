package dev.weir.rules.routing;

import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.WeirException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// The matchers of a route, all of which an alert has to pass. Sorted by name, value and operator,
/// as group keys need them.
public record RouteMatchers(List<Matcher> matchers) {
  private static final String RESERVED = "{}!=~,\\\"'`";

  private static final Comparator<Matcher> ORDER =
      Comparator.comparing(Matcher::name, Labels::compareText)
          .thenComparing(Matcher::value, Labels::compareText)
          .thenComparing(Matcher::type);

  public static final RouteMatchers NONE = new RouteMatchers(List.of());

  public RouteMatchers {
    matchers = matchers.stream().sorted(ORDER).toList();
  }

  /// Reads text in Alertmanager's notation, the classic one included.
  ///
  /// @throws dev.weir.model.WeirException.BadData if it is no list of matchers
  public static RouteMatchers parse(String text) {
    try {
      return new RouteMatchers(MatcherParser.parse(text));
    } catch (WeirException.BadData e) {
      try {
        return new RouteMatchers(ClassicMatcherParser.parse(text));
      } catch (WeirException.BadData classic) {
        e.addSuppressed(classic);
        throw e;
      }
    }
  }

  public boolean matches(Labels labels) {
    return Matcher.allMatch(matchers, labels);
  }

  /// As Alertmanager writes them in group keys: `{cluster=~"eu-.*",severity="page"}`.
  @Override
  public String toString() {
    return matchers.stream().map(RouteMatchers::text).collect(Collectors.joining(",", "{", "}"));
  }

  /// One matcher in Alertmanager's notation. Quotes and escapes follow what its name needs, since
  /// its classic parser knows no quoted names.
  static String text(Matcher matcher) {
    if (matcher.name().codePoints().anyMatch(RouteMatchers::isReserved)) {
      return LabelText.quote(matcher.name())
          + matcher.type().text()
          + LabelText.quote(matcher.value());
    }
    String value = matcher.value().replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"");
    return "%s%s\"%s\"".formatted(matcher.name(), matcher.type().text(), value);
  }

  /// What ends a name or value without quotes.
  static boolean isReserved(int point) {
    return isSpace(point) || RESERVED.indexOf(point) >= 0;
  }

  /// Unicode's white space, as Go's `unicode.IsSpace` has it.
  static boolean isSpace(int point) {
    return switch (point) {
      case 0x1c, 0x1d, 0x1e, 0x1f -> false;
      case 0x85 -> true;
      default -> Character.isWhitespace(point) || Character.isSpaceChar(point);
    };
  }
}
