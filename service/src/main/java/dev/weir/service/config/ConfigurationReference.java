package dev.weir.service.config;

import java.util.List;

/// Writes the reference page of `weir.yml` from the settings themselves.
public final class ConfigurationReference {
  private static final String HEAD =
      """
      # weir.yml

      <!-- Generated from the settings in the code. Do not edit: change the setting, then run
           ./mvnw -pl service -am test -Dtest=ConfigurationReferenceTest -Dweir.docs.write=true
           -Dsurefire.failIfNoSpecifiedTests=false -->

      What `prometheus.yml`, rule files and `alertmanager.yml` have no place for stands in `weir.yml`,
      given with `--weir.config`. Every section and every setting may be left out. Durations and sizes
      are written as in `prometheus.yml`: `1h30m`, `512MB`. An unknown key is refused, and all problems
      of a file are reported at once with their lines.

      ```yaml
      kafka:
        bootstrap_servers: [kafka-1:9092, kafka-2:9092]
      limits:
        max_active_series: 500000
      tenants:
        team-a: {max_active_series: 5000}
      ```
      """;

  private ConfigurationReference() {}

  /// The page, in Markdown.
  public static String page(List<SettingGroup> groups) {
    StringBuilder page = new StringBuilder(HEAD);
    for (SettingGroup group : groups) {
      page.append("\n## ").append(group.name()).append("\n\n");
      page.append(group.description()).append("\n\n");
      page.append("| setting | type | default | meaning |\n|---|---|---|---|\n");
      for (Setting<?> setting : group.settings()) {
        page.append(
            "| `%s.%s` | %s | %s | %s |\n"
                .formatted(
                    group.name(),
                    setting.name(),
                    setting.type().name(),
                    setting.standardText(),
                    setting.description()));
      }
    }
    return page.toString();
  }
}
