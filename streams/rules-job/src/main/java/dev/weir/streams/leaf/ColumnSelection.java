package dev.weir.streams.leaf;

import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.LeafPlan;
import dev.weir.streams.definition.LeafPlans;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Works out which columns of a layout some rule selects, and which rule groups do. Selectors are
/// looked up by the metric's name where they give it.
final class ColumnSelection {
  /// The columns of a layout that are kept.
  ///
  /// @param columns ascending
  /// @param groups the rule groups that select any of them
  record Selected(int[] columns, Set<GroupId> groups) {}

  private record Selector(List<Matcher> matchers, GroupId group) {}

  private record OfTenant(Map<String, List<Selector>> byName, List<Selector> others) {}

  private final Map<Tenant, OfTenant> tenants = new HashMap<>();

  ColumnSelection(LeafPlans plans) {
    for (LeafPlan plan : plans.all()) {
      OfTenant tenant =
          tenants.computeIfAbsent(
              plan.id().tenant(), _ -> new OfTenant(new HashMap<>(), new ArrayList<>()));
      for (List<Matcher> matchers : plan.matchers()) {
        add(tenant, new Selector(matchers, plan.id()));
      }
    }
  }

  private static void add(OfTenant tenant, Selector selector) {
    for (Matcher matcher : selector.matchers()) {
      if (matcher.name().equals(Labels.NAME) && matcher.type() == Matcher.Type.EQUAL) {
        tenant.byName.computeIfAbsent(matcher.value(), _ -> new ArrayList<>()).add(selector);
        return;
      }
    }
    tenant.others.add(selector);
  }

  Selected of(Tenant tenant, Layout layout) {
    OfTenant selectors = tenants.get(tenant);
    if (selectors == null) {
      return new Selected(new int[0], Set.of());
    }
    int[] columns = new int[layout.size()];
    int count = 0;
    Set<GroupId> groups = new TreeSet<>();
    for (int column = 0; column < layout.size(); column++) {
      Labels labels = layout.series().get(column).labels();
      boolean kept =
          collect(selectors.byName.getOrDefault(labels.metricName(), List.of()), labels, groups);
      kept |= collect(selectors.others, labels, groups);
      if (kept) {
        columns[count++] = column;
      }
    }
    return new Selected(Arrays.copyOf(columns, count), groups);
  }

  private static boolean collect(List<Selector> selectors, Labels labels, Set<GroupId> groups) {
    boolean any = false;
    for (Selector selector : selectors) {
      if (matches(selector.matchers(), labels)) {
        groups.add(selector.group());
        any = true;
      }
    }
    return any;
  }

  private static boolean matches(List<Matcher> matchers, Labels labels) {
    for (Matcher matcher : matchers) {
      if (!matcher.matches(labels.get(matcher.name()))) {
        return false;
      }
    }
    return true;
  }
}
