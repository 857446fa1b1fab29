package dev.weir.rules.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.weir.model.Labels;
import dev.weir.promql.query.QueryValue;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.template.TemplateLimits;
import dev.weir.rules.template.prometheus.AlertData;
import dev.weir.rules.template.prometheus.AlertTemplate;
import dev.weir.rules.template.prometheus.PrometheusFunctions;
import dev.weir.rules.template.prometheus.TemplateContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Alerting and recording rules that people run, from `-Drules.dir`.
class RealRulesTest {
  private static final int RULES = 223;

  private static List<Rule> rules() throws IOException {
    String folder = System.getProperty("rules.dir", "");
    assumeFalse(folder.isEmpty(), "rules.dir names no folder");
    List<Rule> rules = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      for (Path path : files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList()) {
        for (RuleGroup group : RuleFile.read(path, RuleFileSettings.DEFAULT).groups()) {
          rules.addAll(group.rules());
        }
      }
    }
    return rules;
  }

  @Test
  void allOfThemAreRead() throws IOException {
    assertEquals(RULES, rules().size());
  }

  @Test
  void theirTemplatesExpand() throws IOException {
    QueryValue.Sample sample =
        new QueryValue.Sample(
            Labels.of("job", "node", "instance", "web-1:9100", "namespace", "shop"), 12.5, null);
    AlertData data = AlertData.of(sample, Labels.of("cluster", "eu"), "http://weir:9090");
    TemplateContext context =
        new TemplateContext(1_700_000_000_000L, _ -> List.of(sample), "http://weir:9090");
    for (Rule rule : rules()) {
      if (rule instanceof Rule.Alerting alerting) {
        Stream.concat(alerting.labels().values().stream(), alerting.annotations().values().stream())
            .forEach(template -> assertExpands(rule, template, data, context));
      }
    }
  }

  private static void assertExpands(
      Rule rule, AlertTemplate template, AlertData data, TemplateContext context) {
    String text = template.expand(data, PrometheusFunctions.of(context), TemplateLimits.DEFAULT);
    assertFalse(text.contains("error expanding"), () -> rule.name() + ": " + text);
    assertFalse(text.contains("{{"), () -> rule.name() + ": " + text);
  }
}
