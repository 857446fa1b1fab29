package dev.weir.streams.definition;

import static java.util.Objects.requireNonNull;

import dev.weir.model.CountText;
import dev.weir.model.Hash128;
import dev.weir.model.WeirException;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.group.EvaluationTimes;
import dev.weir.schemas.RuleGroupRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.wire.RecordWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings `weir.rules` to what this process is configured with: writes groups that are new or have
/// changed, and takes away those of the tenant that are not there any more. Processes of one
/// configuration may all do so: what stands there already is not written again.
public final class RuleGroupPublisher {
  private static final Logger LOG = LoggerFactory.getLogger(RuleGroupPublisher.class);

  /// How far ahead the first time under a definition lies, so that every process has it by then.
  private static final long MARGIN_MILLIS = 2_000;

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Producer<byte[], byte[]> producer;
  private final RecordWriter<RuleGroupRecord> writer;
  private final InstantSource clock;

  public RuleGroupPublisher(
      Producer<byte[], byte[]> producer,
      RecordWriter<RuleGroupRecord> writer,
      InstantSource clock) {
    this.producer = requireNonNull(producer, "producer");
    this.writer = requireNonNull(writer, "writer");
    this.clock = requireNonNull(clock, "clock");
  }

  /// Publishes the difference.
  ///
  /// @param defined what stands in the topic
  /// @throws WeirException.Unavailable if Kafka does not take it
  public void publish(ConfiguredRules configured, Map<GroupId, Hash128> defined) {
    List<Future<?>> sent = new ArrayList<>();
    Map<GroupId, RuleGroup> wanted = new TreeMap<>();
    for (RuleGroup group : configured.groups()) {
      wanted.put(new GroupId(configured.tenant(), group.file(), group.name()), group);
    }
    int written = 0;
    for (Map.Entry<GroupId, RuleGroup> entry : wanted.entrySet()) {
      if (!entry.getValue().contentHash().equals(defined.get(entry.getKey()))) {
        sent.add(send(entry.getKey(), entry.getValue()));
        written++;
      }
    }
    int removed = 0;
    for (GroupId group : new TreeMap<>(defined).keySet()) {
      if (group.tenant().equals(configured.tenant()) && !wanted.containsKey(group)) {
        sent.add(
            remove(RuleGroupRecord.definitionKey(group.tenant(), group.file(), group.group())));
        removed++;
      }
    }
    await(sent);
    LOG.info(
        "{}: {} new or changed, {} removed",
        CountText.of(wanted.size(), "rule group"),
        written,
        removed);
  }

  private Future<?> send(GroupId id, RuleGroup group) {
    RuleGroupRecord definition =
        new RuleGroupRecord(
            id.tenant(),
            id.file(),
            id.group(),
            new RuleGroupRecord.Definition(
                group.text(),
                group.contentHash(),
                EvaluationTimes.of(group).after(clock.millis() + MARGIN_MILLIS)));
    return producer.send(
        new ProducerRecord<>(Topics.RULES, definition.key(), writer.write(definition)));
  }

  private Future<?> remove(byte[] key) {
    return producer.send(new ProducerRecord<>(Topics.RULES, key, null));
  }

  private static void await(List<Future<?>> sent) {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    for (Future<?> one : sent) {
      try {
        one.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (ExecutionException | TimeoutException e) {
        throw new WeirException.Unavailable(
            "Kafka does not take the rule groups for %s; look into its log, and reload"
                .formatted(Topics.RULES),
            e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new WeirException.Canceled("stopped while rule groups were published");
      }
    }
  }
}
