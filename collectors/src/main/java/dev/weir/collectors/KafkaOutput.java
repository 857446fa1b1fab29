package dev.weir.collectors;

import static java.util.Objects.requireNonNull;

import dev.weir.collectors.publish.OutgoingRows;
import dev.weir.collectors.publish.SamplePublisher;
import dev.weir.collectors.publish.StatePublisher;
import dev.weir.collectors.scrape.ScrapeOutput;
import dev.weir.schemas.MetricMetadata;
import dev.weir.schemas.TargetState;
import dev.weir.schemas.Topics;
import dev.weir.schemas.wire.RecordWriter;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where a collector's rows and states go: to their topics. Safe for use by many threads.
final class KafkaOutput implements ScrapeOutput {
  /// Tenant and family name a metric.
  private record Family(String tenant, String metric) {}

  private final SamplePublisher samples;
  private final StatePublisher states;
  private final RecordWriter<TargetState> targetWriter;
  private final RecordWriter<MetricMetadata> metadataWriter;
  private final Map<Family, MetricMetadata> published;

  /// Keys of the targets that discovery has found. Guards the order of their states.
  private final Set<ByteBuffer> targets = new HashSet<>();

  /// @param maxRemembered metadata that is remembered, so that only changes are published
  KafkaOutput(
      SamplePublisher samples,
      StatePublisher states,
      RecordWriter<TargetState> targetWriter,
      RecordWriter<MetricMetadata> metadataWriter,
      int maxRemembered) {
    this.samples = requireNonNull(samples, "samples");
    this.states = requireNonNull(states, "states");
    this.targetWriter = requireNonNull(targetWriter, "targetWriter");
    this.metadataWriter = requireNonNull(metadataWriter, "metadataWriter");
    this.published =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Family, MetricMetadata> eldest) {
            return size() > maxRemembered;
          }
        };
  }

  @Override
  public void rows(List<OutgoingRows> rows) {
    samples.scraped(rows);
  }

  @Override
  public void metadata(MetricMetadata metadata) {
    Family family = new Family(metadata.tenant().name(), metadata.metric());
    synchronized (published) {
      if (metadata.equals(published.put(family, metadata))) {
        return;
      }
    }
    states.publish(
        Topics.METADATA,
        metadata.key(),
        metadataWriter.write(metadata),
        () -> forget(family, metadata));
  }

  /// What was lost is published again when it is next heard of.
  private void forget(Family family, MetricMetadata lost) {
    synchronized (published) {
      published.remove(family, lost);
    }
  }

  @Override
  public void state(TargetState state) {
    byte[] key = state.key();
    byte[] value = targetWriter.write(state);
    synchronized (targets) {
      targets.add(ByteBuffer.wrap(key));
      states.publish(Topics.TARGETS, key, value);
    }
  }

  @Override
  public void gone(TargetState state) {
    byte[] key = state.key();
    synchronized (targets) {
      targets.remove(ByteBuffer.wrap(key));
      states.publish(Topics.TARGETS, key, null);
    }
  }

  /// Deletes a target, unless it is one of this collector's.
  void left(ByteBuffer key) {
    synchronized (targets) {
      if (!targets.contains(key)) {
        byte[] bytes = new byte[key.remaining()];
        key.duplicate().get(bytes);
        states.publish(Topics.TARGETS, bytes, null);
      }
    }
  }
}
