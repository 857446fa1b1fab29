package dev.weir.history.job;

import dev.weir.model.WeirException;
import org.apache.flink.util.SerializedThrowable;

/// Finds out what a job that failed has failed of.
final class JobFailure {
  private JobFailure() {}

  /// What the task says that failed, where Weir foresaw it; else all of it.
  static WeirException of(Exception failure, FlinkTarget target) {
    Throwable last = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Throwable found =
          cause instanceof SerializedThrowable serialized
              ? serialized.deserializeError(JobFailure.class.getClassLoader())
              : cause;
      if (found instanceof WeirException known) {
        return known;
      }
      last = found;
    }
    return switch (target) {
      case FlinkTarget.Embedded _ ->
          new WeirException.Internal("the job failed: " + last.getMessage(), failure);
      case FlinkTarget.Cluster(String host, int port, _, _) ->
          new WeirException.Unavailable(
              "the job on the Flink cluster at %s:%d failed: %s".formatted(host, port, last),
              failure);
    };
  }
}
