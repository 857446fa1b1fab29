package dev.weir.streams.query;

import dev.weir.model.Tenant;
import dev.weir.promql.query.QueryValue.Sample;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Evaluates queries at one time, somewhere else. For use by any number of threads.
@FunctionalInterface
public interface InstantQueries {
  /// What was answered.
  ///
  /// @param completeToMillis up to which time all samples are in it; `Long.MAX_VALUE` where nothing
  ///   will be there later than it is now
  /// @param partsMissing whether parts of what is stored could not be read; asking again does not
  ///   help where it is complete to its time otherwise
  record Reply(List<Sample> samples, long completeToMillis, boolean partsMissing) {
    public Reply {
      samples = List.copyOf(samples);
    }

    /// A reply of all parts.
    public Reply(List<Sample> samples, long completeToMillis) {
      this(samples, completeToMillis, false);
    }

    /// Whether all samples up to a time are in it that ever will be.
    boolean isFinal(long timestampMillis) {
      return completeToMillis >= timestampMillis;
    }

    /// Whether all samples up to a time are in it.
    boolean isComplete(long timestampMillis) {
      return isFinal(timestampMillis) && !partsMissing;
    }
  }

  /// How long a question may be under way once its turn has come; zero where nobody says.
  default Duration timeout() {
    return Duration.ZERO;
  }

  /// Asks. Does not wait. A reply that is cancelled is a question that is taken back: it leaves the
  /// line, or is broken off.
  ///
  /// @return the reply, or a [dev.weir.model.WeirException]: one of the query itself
  ///   ([dev.weir.model.WeirException.BadData], [dev.weir.model.WeirException.Unprocessable]),
  ///   which it will meet again, or one that may pass
  CompletableFuture<Reply> ask(Tenant tenant, Question question);
}
