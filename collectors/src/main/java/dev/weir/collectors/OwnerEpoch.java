package dev.weir.collectors;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import dev.weir.schemas.Topics;
import dev.weir.service.kafka.KafkaSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/// The epoch of a collector that starts: higher than that of every owner of its targets before, so
/// that readers take its rows and no longer theirs.
///
/// It is the time, unless the clock was set back since the last owner: then it is the time after
/// the latest at which Kafka took rows. An owner's rows come to Kafka after its epoch began.
final class OwnerEpoch {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private OwnerEpoch() {}

  /// @throws WeirException.Unavailable if Kafka does not say
  static long next(KafkaSettings kafka, InstantSource clock) {
    Admin admin = kafka.admin("weir-collector-epoch");
    try {
      return Math.max(clock.millis(), lastAppendMillis(admin) + 1);
    } catch (ExecutionException | TimeoutException e) {
      throw new WeirException.Unavailable(
          "Kafka at %s does not say when %s was last written: %s"
              .formatted(kafka.address(), Topics.SAMPLES, e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException.Canceled("interrupted while starting");
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  /// @return negative if the topic is empty
  private static long lastAppendMillis(Admin admin)
      throws ExecutionException, TimeoutException, InterruptedException {
    TopicDescription topic =
        requireNonNull(
            admin
                .describeTopics(List.of(Topics.SAMPLES))
                .allTopicNames()
                .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .get(Topics.SAMPLES));
    Map<TopicPartition, OffsetSpec> latest =
        topic.partitions().stream()
            .collect(
                Collectors.toMap(
                    partition -> new TopicPartition(Topics.SAMPLES, partition.partition()),
                    _ -> OffsetSpec.maxTimestamp()));
    return admin
        .listOffsets(latest)
        .all()
        .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .values()
        .stream()
        .mapToLong(ListOffsetsResultInfo::timestamp)
        .max()
        .orElse(-1);
  }
}
