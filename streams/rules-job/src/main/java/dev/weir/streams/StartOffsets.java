package dev.weir.streams;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import dev.weir.service.kafka.KafkaSettings;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says where the job begins to read its inputs when it runs for the first time: at the first
/// record that is not older than its beginning, or where the partition ended when that was asked.
///
/// Left to itself, a consumer that finds no such record begins at the end of a moment later, and
/// misses what was appended in between: the first records of a new collector, which have the
/// layouts of all that follow.
final class StartOffsets {
  private static final Logger LOG = LoggerFactory.getLogger(StartOffsets.class);
  private static final long TIMEOUT_SECONDS = 30;

  private final String groupId;
  private final KafkaSettings kafka;

  /// @param groupId of the job's consumers
  StartOffsets(String groupId, KafkaSettings kafka) {
    this.groupId = requireNonNull(groupId, "groupId");
    this.kafka = requireNonNull(kafka, "kafka");
  }

  /// Commits the offsets of partitions that have none. Where another process of the job is at work,
  /// it has done so.
  ///
  /// @param begin append time from which on records are read
  /// @throws WeirException.Unavailable if the brokers do not answer
  void commit(List<TopicPartition> inputs, Instant begin) {
    try (Admin admin = kafka.admin(groupId + "-start")) {
      Map<TopicPartition, OffsetAndMetadata> committed =
          get(admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata());
      List<TopicPartition> missing =
          inputs.stream().filter(input -> committed.get(input) == null).toList();
      if (!missing.isEmpty()) {
        get(admin.alterConsumerGroupOffsets(groupId, offsets(admin, missing, begin)).all());
      }
    } catch (UnknownMemberIdException e) {
      LOG.info("rules are evaluated by other processes already: {}", e.getMessage());
    } catch (KafkaException e) {
      throw new WeirException.Unavailable(
          "the brokers at %s do not say where rules begin to read: %s"
              .formatted(kafka.address(), e.getMessage()),
          e);
    }
  }

  private static Map<TopicPartition, OffsetAndMetadata> offsets(
      Admin admin, List<TopicPartition> partitions, Instant begin) {
    // Before the question for the beginning: what is appended between the two is read.
    Map<TopicPartition, Long> ends = ask(admin, partitions, OffsetSpec.latest());
    Map<TopicPartition, Long> firsts =
        ask(admin, partitions, OffsetSpec.forTimestamp(Math.max(0, begin.toEpochMilli())));
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition partition : partitions) {
      long first = requireNonNull(firsts.get(partition), "an answer for each partition");
      long end = requireNonNull(ends.get(partition), "an answer for each partition");
      offsets.put(partition, new OffsetAndMetadata(first < 0 ? end : first));
    }
    return offsets;
  }

  private static Map<TopicPartition, Long> ask(
      Admin admin, List<TopicPartition> partitions, OffsetSpec spec) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, spec));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> answer :
        get(admin.listOffsets(asked).all()).entrySet()) {
      offsets.put(answer.getKey(), answer.getValue().offset());
    }
    return offsets;
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException problem
          ? problem
          : new KafkaException(e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("no answer within %d s".formatted(TIMEOUT_SECONDS), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }
}
