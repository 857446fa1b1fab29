package dev.weir.streams.definition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.weir.model.Tenant;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import dev.weir.rules.file.RuleFiles;
import dev.weir.service.config.GlobalConfig;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.config.RulesConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// The rule groups that this process is configured with: those of `rule_files`, and Weir's own.
///
/// @param tenant whose groups these are
/// @param warnings about files and about rules that cannot be evaluated, ready for the log
public record ConfiguredRules(Tenant tenant, List<RuleGroup> groups, List<String> warnings) {
  /// The file that Weir's own rules stand in, and the name that they have it under.
  public static final String DEFAULT_FILE = "weir-default-rules.yml";

  public ConfiguredRules {
    requireNonNull(tenant, "tenant");
    groups = List.copyOf(groups);
    warnings = List.copyOf(warnings);
  }

  /// Reads all files.
  ///
  /// @param prometheus names the files, and has what they leave to the configuration
  /// @param engine with the features and the lookback of queries
  /// @param language which parts of it expressions may use
  /// @throws dev.weir.model.WeirException.BadData with every problem of every file, one a line
  public static ConfiguredRules read(
      PrometheusConfig prometheus,
      RulesConfig rules,
      EngineSettings engine,
      ParserOptions language) {
    GlobalConfig global = prometheus.global();
    RuleFileSettings settings =
        new RuleFileSettings(global.evaluationInterval(), global.ruleQueryOffset(), language);
    RuleFiles files = RuleFiles.read(prometheus.ruleFiles(), settings);
    List<RuleGroup> groups = new ArrayList<>();
    if (rules.defaultRules()) {
      groups.addAll(RuleFile.parse(DEFAULT_FILE, defaultText(), settings).groups());
    }
    ShadowGroups shadows = ShadowGroups.of(rules.shadow());
    files.groups().forEach(group -> groups.add(shadows.marked(group)));
    GroupPlanner planner = GroupPlanner.of(rules, engine);
    List<String> warnings = new ArrayList<>(files.warnings());
    groups.forEach(group -> warnings.addAll(planner.warnings(group)));
    return new ConfiguredRules(rules.tenant(), groups, warnings);
  }

  /// No rules.
  public static ConfiguredRules none(Tenant tenant) {
    return new ConfiguredRules(tenant, List.of(), List.of());
  }

  public int ruleCount() {
    return groups.stream().mapToInt(group -> group.rules().size()).sum();
  }

  /// Rules of the configuration's files.
  public int ruleCountOfFiles() {
    return groups.stream()
        .filter(group -> !group.file().equals(DEFAULT_FILE))
        .mapToInt(group -> group.rules().size())
        .sum();
  }

  private static String defaultText() {
    try (InputStream in =
        requireNonNull(
            ConfiguredRules.class.getResourceAsStream(DEFAULT_FILE), "the default rules")) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the default rules cannot be read", e);
    }
  }
}
