package dev.weir.streams.definition;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Tenant;
import dev.weir.rules.RuleGroup;
import java.util.Comparator;

/// Names a rule group.
///
/// @param file that it stands in
public record GroupId(Tenant tenant, String file, String group) implements Comparable<GroupId> {
  private static final Comparator<GroupId> ORDER =
      Comparator.comparing(GroupId::tenant)
          .thenComparing(GroupId::file)
          .thenComparing(GroupId::group);

  public GroupId {
    requireNonNull(tenant, "tenant");
    requireNonNull(file, "file");
    requireNonNull(group, "group");
  }

  @Override
  public int compareTo(GroupId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return "%s;%s of tenant %s".formatted(file, group, tenant.name());
  }

  /// Whether the group is evaluated and tells nobody.
  public boolean isShadow() {
    return RuleGroup.isShadow(file);
  }
}
