package dev.weir.streams.query;

import dev.weir.model.Tenant;
import dev.weir.promql.query.QueryValue.Sample;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// Evaluates queries at one time, somewhere else. For use by any number of threads.
@FunctionalInterface
public interface InstantQueries {
  /// What was answered.
  ///
  /// @param completeToMillis up to which time all samples are in it; `Long.MAX_VALUE` where nothing
  ///   is missing that could be
  record Reply(List<Sample> samples, long completeToMillis) {
    public Reply {
      samples = List.copyOf(samples);
    }
  }

  /// Asks. Does not wait.
  ///
  /// @return the reply, or a [dev.weir.model.WeirException]: one of the query itself
  ///   ([dev.weir.model.WeirException.BadData], [dev.weir.model.WeirException.Unprocessable]),
  ///   which it will meet again, or one that may pass
  CompletionStage<Reply> ask(Tenant tenant, Question question);
}
