package dev.weir.rules.routing;

import dev.weir.model.Labels;
import java.util.Set;

/// By which labels a route groups alerts.
///
/// @param all whether by every label (`group_by: ['...']`), so that each alert is a group
/// @param names the labels otherwise; none makes one group of all alerts
public record GroupBy(boolean all, Set<String> names) {
  public static final GroupBy ALL = new GroupBy(true, Set.of());
  public static final GroupBy NOTHING = new GroupBy(false, Set.of());

  public GroupBy {
    names = Set.copyOf(names);
  }

  public Labels labels(Labels alert) {
    return all ? alert : alert.keep(names::contains);
  }
}
