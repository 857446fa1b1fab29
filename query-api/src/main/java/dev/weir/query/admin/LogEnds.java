package dev.weir.query.admin;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.deletion.Deletion;
import dev.weir.model.WeirException;
import dev.weir.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Where the logs of samples end.
public final class LogEnds {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Function<String, Consumer<byte[], byte[]>> consumers;
  private final int samplePartitions;

  /// @param consumers makes a consumer of committed records, without a group, for a client id
  /// @param samplePartitions of each topic that holds samples
  public LogEnds(Function<String, Consumer<byte[], byte[]>> consumers, int samplePartitions) {
    this.consumers = requireNonNull(consumers, "consumers");
    this.samplePartitions = samplePartitions;
  }

  /// The ends now: everything that was acknowledged is below, and what an open transaction holds is
  /// not.
  ///
  /// @throws WeirException.Unavailable if Kafka does not answer
  List<Deletion.Cut> now() {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(Topics.SAMPLES, Topics.RECORDED)) {
      for (int partition = 0; partition < samplePartitions; partition++) {
        partitions.add(new TopicPartition(topic, partition));
      }
    }
    try (Consumer<byte[], byte[]> consumer = consumers.apply("weir-query-log-ends")) {
      return consumer.endOffsets(partitions, TIMEOUT).entrySet().stream()
          .filter(entry -> entry.getValue() > 0)
          .map(entry ->
              new Deletion.Cut(
                  entry.getKey().topic(), entry.getKey().partition(), entry.getValue()))
          .sorted(
              Comparator.comparing(Deletion.Cut::topic).thenComparingInt(Deletion.Cut::partition))
          .toList();
    } catch (KafkaException e) {
      throw new WeirException.Unavailable(
          "Kafka does not say where the logs of samples end: " + e.getMessage(), e);
    }
  }
}
