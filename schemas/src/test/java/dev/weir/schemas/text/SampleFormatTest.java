package dev.weir.schemas.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.AbsentValue;
import dev.weir.model.Exemplar;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.schemas.SampleRecord;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SampleFormatTest {
  private static final long T = 1_700_000_000_123L;

  private static final Layout LAYOUT =
      Layout.of(
          List.of(
              series("http_request_duration_seconds", MetricType.HISTOGRAM),
              series("http_requests_total", MetricType.COUNTER),
              series("node_load1", MetricType.GAUGE),
              series("up", MetricType.GAUGE)));

  @Test
  void textIsAsInAnExposition() {
    assertEquals(
        """
        http_request_duration_seconds{instance="db-1:9100", job="node"} {count:9, sum:12.5, schema:3, zero:0@0.001, positive:[-1:3 0:4 5:2]} 1700000000123
        http_requests_total{instance="db-1:9100", job="node"} 17 1700000000123 st@1700000000000 # {trace_id="8e1a"} 0.67 1700000000120
        node_load1{instance="db-1:9100", job="node"} NaN 1700000000123
        up{instance="db-1:9100", job="node"} stale 1700000000123
        node_load1{instance="db-1:9100", job="node"} 0.52 1700000015123\
        """,
        lines(SampleFormat.TEXT, Tenant.DEFAULT));
  }

  @Test
  void textNamesTenantsOtherThanTheDefault() {
    assertEquals(
        "[team-a] node_load1{instance=\"db-1:9100\", job=\"node\"} 0.52 1700000015123",
        lines(SampleFormat.TEXT, new Tenant("team-a")).lines().toList().getLast());
  }

  @Test
  void jsonIsAnObjectALine() {
    String metric = "\"metric\":{\"__name__\":\"%s\",\"instance\":\"db-1:9100\",\"job\":\"node\"}";
    assertEquals(
        List.of(
            "{\"tenant\":\"default\","
                + metric.formatted("http_request_duration_seconds")
                + ",\"type\":\"histogram\",\"timestampMillis\":1700000000123,\"histogram\":{"
                + "\"count\":\"9\",\"sum\":\"12.5\",\"schema\":3,\"zeroThreshold\":\"0.001\","
                + "\"zeroCount\":\"0\",\"positive\":{\"spans\":[{\"offset\":-1,\"length\":2},"
                + "{\"offset\":4,\"length\":1}],\"counts\":[\"3\",\"4\",\"2\"]},"
                + "\"negative\":{\"spans\":[],\"counts\":[]},\"customBounds\":[]}}",
            "{\"tenant\":\"default\","
                + metric.formatted("http_requests_total")
                + ",\"type\":\"counter\",\"timestampMillis\":1700000000123,\"value\":\"17\","
                + "\"startMillis\":1700000000000,\"exemplars\":[{\"labels\":{\"trace_id\":\"8e1a\"},"
                + "\"value\":\"0.67\",\"timestampMillis\":1700000000120}]}",
            "{\"tenant\":\"default\","
                + metric.formatted("node_load1")
                + ",\"type\":\"gauge\",\"timestampMillis\":1700000000123,\"value\":\"NaN\"}",
            "{\"tenant\":\"default\","
                + metric.formatted("up")
                + ",\"type\":\"gauge\",\"timestampMillis\":1700000000123,\"stale\":true}",
            "{\"tenant\":\"default\","
                + metric.formatted("node_load1")
                + ",\"type\":\"gauge\",\"timestampMillis\":1700000015123,\"value\":\"0.52\"}"),
        lines(SampleFormat.JSON, Tenant.DEFAULT).lines().toList());
  }

  private static String lines(SampleFormat format, Tenant tenant) {
    return Sample.of(LAYOUT, sampleRecord(tenant)).stream()
        .map(format::format)
        .collect(Collectors.joining("\n"));
  }

  private static SampleRecord sampleRecord(Tenant tenant) {
    NativeHistogram histogram =
        new NativeHistogram(
            ResetHint.UNKNOWN,
            3,
            0.001,
            0,
            9,
            12.5,
            new Buckets(new int[] {-1, 4}, new int[] {2, 1}, new double[] {3, 4, 2}),
            Buckets.NONE,
            new double[0]);
    Row full =
        new Row(
            T,
            null,
            new double[] {AbsentValue.VALUE, 17, Double.NaN, StalenessMarker.VALUE},
            new Row.Histograms(new int[] {0}, new NativeHistogram[] {histogram}),
            new Row.StartTimestamps(new int[] {1}, new long[] {T - 123}),
            List.of(
                new Row.ColumnExemplar(
                    1, new Exemplar(Labels.of("trace_id", "8e1a"), 0.67, OptionalLong.of(T - 3)))));
    return new SampleRecord(
        new GroupKey(new PartitionKey.OfTarget(tenant, "node", "db-1:9100"), "", Slice.WHOLE),
        LAYOUT.hash(),
        Optional.empty(),
        List.of(full, Row.partial(T + 15_000, new int[] {2}, new double[] {0.52})),
        0,
        OptionalLong.empty());
  }

  private static SeriesMeta series(String name, MetricType type) {
    return new SeriesMeta(
        Labels.of(Labels.NAME, name, "job", "node", "instance", "db-1:9100"), type);
  }
}
