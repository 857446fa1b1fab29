package dev.weir.history.job;

import dev.weir.model.WeirException;
import java.util.function.Consumer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.util.CloseableIterator;

/// Runs a job and takes what it says, while it goes on.
final class CollectedJob {
  private CollectedJob() {}

  /// @throws WeirException as a task failed
  static <T> void run(
      DataStream<T> stream, String name, FlinkTarget target, Consumer<? super T> outcomes) {
    try {
      CloseableIterator<T> said = stream.executeAndCollect(name);
      try {
        said.forEachRemaining(outcomes);
      } finally {
        said.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException.Canceled("the job was given up");
    } catch (Exception e) {
      throw JobFailure.of(e, target);
    }
  }
}
