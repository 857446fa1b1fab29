package dev.weir.rules.template.prometheus;

import dev.weir.promql.query.QueryValue;
import java.util.List;

/// Answers the queries of templates, at the time that the template is expanded for.
@FunctionalInterface
public interface TemplateQuery {
  /// The samples of an instant vector; a scalar is one sample without labels.
  ///
  /// @throws dev.weir.model.WeirException if the query has no answer
  List<QueryValue.Sample> query(String expression);
}
