package dev.weir.streams.merge;

import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.rules.template.prometheus.TemplateQuery;
import dev.weir.streams.query.Answer;
import dev.weir.streams.query.Question;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Answers the queries of templates from what is known, and notes what is not: then the evaluation
/// is of no use, and takes place again when the answers have come.
final class TemplateAnswers implements TemplateQuery {
  /// Queries of one evaluation: each alert may have some of its own.
  static final int MAX_QUERIES = 200;

  private final Map<Question, Answer> known;
  private final long timestampMillis;
  private final Set<Question> asked = new HashSet<>();
  private final Set<Question> missing = new HashSet<>();

  /// @param timestampMillis of the evaluation, and of its templates' queries
  TemplateAnswers(Map<Question, Answer> known, long timestampMillis) {
    this.known = known;
    this.timestampMillis = timestampMillis;
  }

  @Override
  public List<Sample> query(String expression) {
    Question question = new Question(expression, timestampMillis);
    if (!asked.contains(question) && asked.size() >= MAX_QUERIES) {
      throw new WeirException.LimitExceeded(
          "templates of the group make more than %d queries".formatted(MAX_QUERIES));
    }
    asked.add(question);
    return switch (known.get(question)) {
      case Answer.Values(List<Sample> samples, _) -> samples;
      case Answer.Failed(String message) -> throw new WeirException.Unprocessable(message);
      case null -> {
        missing.add(question);
        yield List.of();
      }
    };
  }

  /// The queries that were not answered.
  Set<Question> missing() {
    return missing;
  }
}
