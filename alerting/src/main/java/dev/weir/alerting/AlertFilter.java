package dev.weir.alerting;

import dev.weir.model.Matcher;
import dev.weir.model.WeirException;
import dev.weir.rules.routing.RouteMatchers;
import dev.weir.service.http.HttpRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Which alerts a request asks for.
///
/// @param active whether for active ones; there are no others yet
/// @param receiver a test on receivers' names
record AlertFilter(boolean active, RouteMatchers matchers, Optional<Matcher> receiver) {

  /// @throws WeirException.BadData if parameters make no sense
  static AlertFilter of(HttpRequest request) {
    List<Matcher> matchers = new ArrayList<>();
    for (String filter : request.parameters("filter")) {
      matchers.addAll(RouteMatchers.parse(filter).matchers());
    }
    for (String other : List.of("silenced", "inhibited", "unprocessed", "muted")) {
      // Nothing is any of these yet; a value that is no boolean is wrong all the same.
      var _ = bool(request, other);
    }
    return new AlertFilter(
        bool(request, "active"),
        new RouteMatchers(matchers),
        request.parameter("receiver").map(name -> Matcher.regex("receiver", name)));
  }

  private static boolean bool(HttpRequest request, String name) {
    return switch (request.parameter(name).orElse("true")) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw new WeirException.BadData(
              "parameter %s is \"%s\"; use true or false"
                  .formatted(name, request.parameter(name).orElse("")));
    };
  }

  boolean test(CurrentAlert alert, Collection<String> receivers) {
    return active
        && matchers.matches(alert.labels())
        && receiver.map(test -> receivers.stream().anyMatch(test::matches)).orElse(true);
  }
}
