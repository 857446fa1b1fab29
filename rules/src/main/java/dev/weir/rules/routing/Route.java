package dev.weir.rules.routing;

import static java.util.Objects.requireNonNull;

import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import java.util.ArrayList;
import java.util.List;

/// A node of the routing tree, with what it inherits from its parents filled in.
///
/// @param key the matchers from the root to here, as `{}/{severity="page"}`; routes that match
///   alike share it
/// @param id the key and the places from the root to here, which no other route shares
/// @param continues whether an alert that this route takes goes on to the next of its siblings
public record Route(
    String key,
    String id,
    RouteMatchers matchers,
    String receiver,
    GroupBy groupBy,
    RouteTimes times,
    boolean continues,
    List<Route> routes) {
  public Route {
    requireNonNull(key, "key");
    requireNonNull(id, "id");
    requireNonNull(matchers, "matchers");
    requireNonNull(receiver, "receiver");
    requireNonNull(groupBy, "groupBy");
    requireNonNull(times, "times");
    routes = List.copyOf(routes);
  }

  /// How many routes there are, this one included.
  public int size() {
    return 1 + routes.stream().mapToInt(Route::size).sum();
  }

  /// The routes that take an alert: depth first, a node itself only where none of its children
  /// does. None if this node's matchers refuse it.
  public List<Route> match(Labels alert) {
    List<Route> found = new ArrayList<>();
    collect(alert, found);
    return found;
  }

  private boolean collect(Labels alert, List<Route> found) {
    if (!matchers.matches(alert)) {
      return false;
    }
    boolean taken = false;
    for (Route route : routes) {
      if (route.collect(alert, found)) {
        taken = true;
        if (!route.continues) {
          break;
        }
      }
    }
    if (!taken) {
      found.add(this);
    }
    return true;
  }

  /// The name of a group, as Alertmanager gives it: `{}/{severity="page"}:{alertname="Down"}`.
  ///
  /// @param groupLabels what [GroupBy#labels] gives for the group's alerts
  public String groupKey(Labels groupLabels) {
    StringBuilder out = new StringBuilder(key).append(":{");
    for (int i = 0; i < groupLabels.size(); i++) {
      out.append(i == 0 ? "" : ", ").append(groupLabels.name(i)).append('=');
      LabelText.appendQuoted(out, groupLabels.value(i));
    }
    return out.append('}').toString();
  }
}
