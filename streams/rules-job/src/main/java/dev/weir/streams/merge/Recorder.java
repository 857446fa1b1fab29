package dev.weir.streams.merge;

import static java.util.Objects.requireNonNull;

import dev.weir.model.MetricType;
import dev.weir.model.NativeHistogram;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.schemas.RecordKeys;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.publish.GroupRows;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.schemas.publish.PushedSeries;
import dev.weir.schemas.publish.RowAssembler;
import dev.weir.schemas.wire.RecordWriter;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/// Makes records for `weir.recorded` of what rules record: each series in the partition of its own
/// labels, as pushed series are.
///
/// Records are part of the task's transaction: either all arrive, or the task starts anew with a
/// new recorder, which sends every layout again. So a layout counts as acknowledged when it is
/// sent.
final class Recorder {
  private final InstantSource clock;
  private final RecordWriter<SampleRecord> writer;
  private final LayoutPublisher layouts;
  private final Map<Tenant, PushedSeries> tenants = new HashMap<>();

  Recorder(RecordWriter<SampleRecord> writer, InstantSource clock) {
    this.writer = requireNonNull(writer, "writer");
    this.clock = requireNonNull(clock, "clock");
    this.layouts = new LayoutPublisher(clock);
  }

  /// @param out takes key and record
  void record(
      Tenant tenant, long timestampMillis, List<Sample> samples, BiConsumer<byte[], Output> out) {
    if (samples.isEmpty()) {
      return;
    }
    PushedSeries series =
        tenants.computeIfAbsent(
            tenant,
            _ -> new PushedSeries(tenant, clock, PushedSeries.Settings.DEFAULT, (_, _) -> {}));
    RowAssembler rows = series.assembler();
    for (Sample sample : samples) {
      PushedSeries.Series one = series.of(new SeriesMeta(sample.labels(), MetricType.UNKNOWN));
      NativeHistogram histogram = sample.histogram();
      if (histogram == null) {
        rows.add(one, timestampMillis, sample.value());
      } else {
        rows.add(one, timestampMillis, histogram);
      }
    }
    for (GroupRows group : rows.finish()) {
      LayoutPublisher.Publication publication =
          layouts.prepare(
              group.group(),
              group.layout(),
              group.rows(),
              SampleRecord.NO_EPOCH,
              OptionalLong.empty());
      out.accept(
          RecordKeys.of(group.group().partitionKey()),
          new Output(Topics.RECORDED, writer.write(publication.sampleRecord())));
      publication.acknowledged();
    }
  }
}
