package dev.weir.standalone.pipeline;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/// The roles that a process can run, by their names on the command line.
public enum RoleName {
  COLLECTOR,
  SINK,
  RULES,
  ALERTING,
  QUERY;

  /// What a process runs that is not told which role.
  public static Set<RoleName> all() {
    return EnumSet.allOf(RoleName.class);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
