package dev.weir.rules.template.prometheus;

import dev.weir.rules.template.FunctionSet;
import dev.weir.rules.template.Template;
import dev.weir.rules.template.TemplateException;
import dev.weir.rules.template.TemplateLibrary;
import dev.weir.rules.template.TemplateLimits;

/// The template of a label or an annotation of an alerting rule. Equal to another of the same rule
/// and text.
public final class AlertTemplate {
  private final String alert;
  private final Template template;
  private final boolean constant;

  private AlertTemplate(String alert, Template template) {
    this.alert = alert;
    this.template = template;
    this.constant = template.isConstant();
  }

  /// @param alert the name of the rule
  /// @throws TemplateException if the text is no template, or calls a function that is not there
  public static AlertTemplate parse(String alert, String text) throws TemplateException {
    Template template =
        Template.parse(
            "__alert_" + alert,
            text,
            PrometheusFunctions.DECLARED,
            AlertData.VARIABLES,
            TemplateLibrary.EMPTY);
    return new AlertTemplate(alert, template);
  }

  /// As it was written.
  public String text() {
    return template.text();
  }

  /// The text for one alert. A template that fails gives its error as text, as in Prometheus: a
  /// page with a bad annotation is better than no page.
  ///
  /// @param functions of [PrometheusFunctions#of]
  public String expand(AlertData data, FunctionSet functions, TemplateLimits limits) {
    if (constant) {
      return template.text();
    }
    try {
      return template.expand(data, data.variables(), functions, limits);
    } catch (TemplateException e) {
      return "<error expanding template: error executing template __alert_%s: %s>"
          .formatted(alert, e.getMessage());
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AlertTemplate that
        && alert.equals(that.alert)
        && text().equals(that.text());
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }

  @Override
  public String toString() {
    return text();
  }
}
