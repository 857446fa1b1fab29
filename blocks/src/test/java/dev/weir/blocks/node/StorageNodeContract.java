package dev.weir.blocks.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.deletion.Deletions;
import dev.weir.blocks.head.PartitionHead;
import dev.weir.blocks.node.NodeStatus.PartitionState;
import dev.weir.blocks.node.NodeStatus.PartitionStatus;
import dev.weir.model.AbsentValue;
import dev.weir.model.Exemplar;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesExemplars;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.SeriesSourceContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What every way to a [StorageNode] keeps: in the same process, as bytes over a pipe, over HTTP. A
/// suite extends this and says how a node of this process is reached.
public abstract class StorageNodeContract extends SeriesSourceContract {
  private static final Tenant TENANT = Tenant.DEFAULT;
  private static final String SAMPLES = "weir.samples";
  private static final String RECORDED = "weir.recorded";
  private static final Labels UP = Labels.of("__name__", "up", "job", "node", "instance", "a");
  private static final Labels RATE =
      Labels.of("__name__", "job:requests:rate5m", "job", "api", "instance", "all");

  /// Answers with the number of series that there are.
  private static final LeafEvaluator COUNTING =
      (source, tenant, question) -> {
        List<Labels> series = source.series(tenant, List.of(), TimeRange.ALL, 0).items();
        return new LeafAnswer(
            List.of(
                new LeafAnswer.Vector(
                    List.of(Labels.of("query", question.query())),
                    new GroupSamples(
                        new long[] {question.startMillis()},
                        List.of(GroupSamples.Column.ofValues(new double[] {series.size()})))),
                new LeafAnswer.Vector(
                    List.of(), new GroupSamples(new long[] {question.startMillis()}, List.of()))),
            List.of("INFO 1:2 counted", "WARNING - up to " + question.maxSamples()),
            new Completeness(BASE + 7, List.of("as far as is known")));
      };

  private static final LeafQuestion QUESTION =
      new LeafQuestion("count(up)", 2, BASE, BASE, 0, 300_000, 1_000, 100, 1 << 20, 5_000);

  private final LocalStorageNode local =
      new LocalStorageNode("sink-1", () -> Deletions.NONE, COUNTING);

  /// The same node, seen from where its readers are.
  protected abstract StorageNode reach(StorageNode node) throws Exception;

  @Override
  protected SeriesSource sourceOf(List<GroupRow> rows) throws Exception {
    PartitionHead head = new PartitionHead(0);
    serve(SAMPLES, 0, head, PartitionState.OWNED, "");
    append(head, 0, rows);
    head.advance(rows.size(), BASE);
    return reach(local).from(List.of(new PartitionOffset(SAMPLES, 0, 0)));
  }

  private void serve(
      String topic, int partition, PartitionHead head, PartitionState state, String trouble) {
    local.serve(
        topic,
        partition,
        head,
        () ->
            new PartitionStatus(
                topic,
                partition,
                state,
                head.oldestOffset(),
                head.endOffset(),
                head.oldestOffset() + 5,
                head.readToMillis(),
                trouble));
  }

  private static void append(PartitionHead head, long offset, List<GroupRow> rows) {
    for (int i = 0; i < rows.size(); i++) {
      GroupRow row = rows.get(i);
      head.append(offset + i, row.group(), row.layout(), List.of(row.row()), 0);
    }
  }

  private static List<GroupRow> rows(Labels series, int count) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      samples.add(Sample.of(series, BASE + i * 15_000L, i));
    }
    return GroupRow.of(TENANT, samples);
  }

  private static Map<Labels, List<Double>> read(SeriesSource source, Matcher... matchers) {
    Map<Labels, List<Double>> read = new TreeMap<>();
    try (GroupCursor cursor =
        source.select(TENANT, List.of(matchers), TimeRange.ALL, SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        GroupSamples samples = group.read();
        for (int c = 0; c < group.series().size(); c++) {
          List<Double> values = new ArrayList<>();
          for (double value : samples.columns().get(c).values()) {
            if (!AbsentValue.is(value)) {
              values.add(value);
            }
          }
          read.put(group.series().get(c).labels(), values);
        }
      }
    }
    return read;
  }

  @Test
  void evaluatesOverAllRowsOfThePartitions() throws Exception {
    PartitionHead samples = new PartitionHead(1_000);
    append(samples, 1_000, rows(UP, 10));
    samples.advance(1_010, BASE);
    serve(SAMPLES, 3, samples, PartitionState.OWNED, "");
    PartitionHead recorded = new PartitionHead(5);
    append(recorded, 5, rows(RATE, 2));
    recorded.advance(7, BASE);
    serve(RECORDED, 3, recorded, PartitionState.OWNED, "");
    StorageNode node = reach(local);

    assertEquals(
        Set.of(
            new KeptRows(SAMPLES, 3, 1_000, Long.MIN_VALUE),
            new KeptRows(RECORDED, 3, 5, Long.MIN_VALUE)),
        Set.copyOf(node.kept()));
    LeafAnswer answer =
        node.evaluate(
            List.of(new PartitionOffset(SAMPLES, 3, 1_000), new PartitionOffset(RECORDED, 3, 5)),
            BASE,
            TENANT,
            QUESTION);
    assertEquals(List.of(Labels.of("query", "count(up)")), answer.leaves().get(0).series());
    assertEquals(2.0, answer.leaves().get(0).samples().columns().getFirst().values()[0]);
    assertEquals(List.of(), answer.leaves().get(1).series());
    assertEquals(List.of("INFO 1:2 counted", "WARNING - up to 1000"), answer.remarks());
    assertEquals(new Completeness(BASE + 7, List.of("as far as is known")), answer.completeness());
  }

  @Test
  void refusesToEvaluateWhatLooksBackOnDroppedRows() throws Exception {
    PartitionHead head = new PartitionHead(1_000);
    append(head, 1_000, rows(UP, 10));
    head.advance(1_010, BASE);
    serve(SAMPLES, 3, head, PartitionState.OWNED, "");
    head.flushed(1_004, 1);
    head.dropFlushedBefore(2);
    StorageNode node = reach(local);
    long gone = BASE + 3 * 15_000L;

    assertEquals(List.of(new KeptRows(SAMPLES, 3, 1_000, gone)), node.kept());
    List<PartitionOffset> partitions = List.of(new PartitionOffset(SAMPLES, 3, 1_000));
    assertEquals(2, node.evaluate(partitions, gone + 1, TENANT, QUESTION).leaves().size());
    WeirException refused =
        assertThrows(
            WeirException.Unavailable.class,
            () -> node.evaluate(partitions, gone, TENANT, QUESTION));
    assertTrue(refused.getMessage().contains("has dropped rows"), refused.getMessage());
  }

  /// After a restart the rows from before are not there, whatever the asker believes.
  @Test
  void refusesToEvaluateOverAnotherHead() throws Exception {
    serve(SAMPLES, 3, new PartitionHead(1_010), PartitionState.OWNED, "");
    StorageNode node = reach(local);
    assertThrows(
        WeirException.Unavailable.class,
        () ->
            node.evaluate(List.of(new PartitionOffset(SAMPLES, 3, 1_000)), BASE, TENANT, QUESTION));
    assertThrows(
        WeirException.Unavailable.class,
        () -> node.evaluate(List.of(new PartitionOffset(SAMPLES, 4, 0)), BASE, TENANT, QUESTION));
  }

  @Test
  void servesTheRowsFromAnOffsetOn() throws Exception {
    PartitionHead head = new PartitionHead(1_000);
    append(head, 1_000, rows(UP, 10));
    head.advance(1_010, BASE);
    serve(SAMPLES, 3, head, PartitionState.OWNED, "");
    StorageNode node = reach(local);
    assertEquals(
        Map.of(UP, List.of(7.0, 8.0, 9.0)),
        read(node.from(List.of(new PartitionOffset(SAMPLES, 3, 1_007)))));
    assertEquals(Map.of(), read(node.from(List.of(new PartitionOffset(SAMPLES, 3, 1_010)))));
  }

  @Test
  void servesExemplars() throws Exception {
    PartitionHead head = new PartitionHead(0);
    List<GroupRow> rows = rows(UP, 3);
    for (int i = 0; i < rows.size(); i++) {
      GroupRow row = rows.get(i);
      Exemplar exemplar =
          new Exemplar(Labels.of("trace_id", "t" + i), i / 4.0, OptionalLong.empty());
      Row with =
          new Row(
              row.row().timestampMillis(),
              row.row().columns(),
              row.row().values(),
              Row.Histograms.NONE,
              Row.StartTimestamps.NONE,
              List.of(new Row.ColumnExemplar(0, exemplar)));
      head.append(i, row.group(), row.layout(), List.of(with), 0);
    }
    head.advance(3, BASE + 60_000);
    serve(SAMPLES, 0, head, PartitionState.OWNED, "");
    SeriesSource source = reach(local).from(List.of(new PartitionOffset(SAMPLES, 0, 0)));
    TimeRange last = new TimeRange(BASE + 15_000, BASE + 30_000);
    Listing<SeriesExemplars> found =
        source.exemplars(TENANT, List.of(List.of(Matcher.equal("__name__", "up"))), last, 2);
    SeriesMeta up = rows.getFirst().layout().series().getFirst();
    assertEquals(
        List.of(
            new SeriesExemplars(
                rows.getFirst().group(),
                up,
                List.of(
                    new Exemplar(Labels.of("trace_id", "t1"), 0.25, OptionalLong.of(BASE + 15_000)),
                    new Exemplar(
                        Labels.of("trace_id", "t2"), 0.5, OptionalLong.of(BASE + 30_000))))),
        found.items());
    assertEquals(BASE + 60_000, found.completeness().completeToMillis());
    assertThrows(
        WeirException.LimitExceeded.class,
        () -> source.exemplars(TENANT, List.of(), TimeRange.ALL, 2));
    assertEquals(
        List.of(),
        source
            .exemplars(TENANT, List.of(List.of(Matcher.equal("job", "api"))), TimeRange.ALL, 0)
            .items());
  }

  @Test
  void aSourceShowsWhatCameSinceItWasMade() throws Exception {
    PartitionHead head = new PartitionHead(0);
    serve(SAMPLES, 0, head, PartitionState.OWNED, "");
    SeriesSource source = reach(local).from(List.of(new PartitionOffset(SAMPLES, 0, 0)));
    assertEquals(Map.of(), read(source));
    append(head, 0, rows(UP, 2));
    head.advance(2, BASE);
    assertEquals(Map.of(UP, List.of(0.0, 1.0)), read(source));
  }

  @Test
  void severalPartitionsAreOneSource() throws Exception {
    PartitionHead samples = new PartitionHead(0);
    PartitionHead recorded = new PartitionHead(50);
    append(samples, 0, rows(UP, 3));
    append(recorded, 50, rows(RATE, 2));
    samples.advance(3, BASE + 60_000);
    recorded.advance(52, BASE + 30_000);
    serve(SAMPLES, 0, samples, PartitionState.OWNED, "");
    serve(RECORDED, 0, recorded, PartitionState.OWNED, "");
    SeriesSource source =
        reach(local)
            .from(
                List.of(new PartitionOffset(SAMPLES, 0, 1), new PartitionOffset(RECORDED, 0, 50)));
    assertEquals(Map.of(UP, List.of(1.0, 2.0), RATE, List.of(0.0, 1.0)), read(source));
    try (GroupCursor cursor = source.select(TENANT, List.of(), TimeRange.ALL, SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        assertEquals(1, group.series().size());
      }
      assertEquals(BASE + 30_000, cursor.completeness().completeToMillis());
      assertEquals(List.of(), cursor.completeness().warnings());
    }
    assertEquals(
        BASE + 30_000,
        source.labelNames(TENANT, List.of(), TimeRange.ALL, 0).completeness().completeToMillis());
  }

  @Test
  void theStatusSaysHowFarEachPartitionIs() throws Exception {
    PartitionHead samples = new PartitionHead(40);
    append(samples, 40, rows(UP, 3));
    samples.advance(43, BASE);
    serve(SAMPLES, 7, samples, PartitionState.OWNED, "");
    serve(
        RECORDED,
        7,
        new PartitionHead(9),
        PartitionState.STOPPED,
        "offset 9 is gone from weir.recorded/7, which begins at 500");
    assertEquals(
        new NodeStatus(
            "sink-1",
            List.of(
                new PartitionStatus(
                    RECORDED,
                    7,
                    PartitionState.STOPPED,
                    9,
                    9,
                    14,
                    Long.MIN_VALUE,
                    "offset 9 is gone from weir.recorded/7, which begins at 500"),
                new PartitionStatus(SAMPLES, 7, PartitionState.OWNED, 40, 43, 45, BASE, ""))),
        reach(local).status());
    assertEquals(new NodeStatus("idle", List.of()), reach(new LocalStorageNode("idle")).status());
  }

  @Test
  void aPartitionThatItDoesNotServeIsUnavailable() throws Exception {
    StorageNode node = reach(local);
    SeriesSource source = node.from(List.of(new PartitionOffset(SAMPLES, 3, 0)));
    WeirException.Unavailable unavailable =
        assertThrows(WeirException.Unavailable.class, () -> read(source));
    assertEquals(
        "storage node sink-1 does not serve weir.samples/3; look up its owner again",
        unavailable.getMessage());
    PartitionHead head = new PartitionHead(0);
    serve(SAMPLES, 3, head, PartitionState.OWNED, "");
    assertEquals(Map.of(), read(source));
    local.retire(SAMPLES, 3, new PartitionHead(0));
    assertEquals(Map.of(), read(source));
    local.retire(SAMPLES, 3, head);
    assertThrows(WeirException.Unavailable.class, () -> read(source));
  }

  @Test
  void rowsThatAreGoneAreNeverSilentlyLeftOut() throws Exception {
    PartitionHead head = new PartitionHead(0);
    append(head, 0, rows(UP, 10));
    head.advance(10, BASE);
    head.flushed(6, 1);
    serve(SAMPLES, 0, head, PartitionState.OWNED, "");
    SeriesSource source = reach(local).from(List.of(new PartitionOffset(SAMPLES, 0, 5)));
    assertEquals(5, read(source).getOrDefault(UP, List.of()).size());
    head.dropFlushedBefore(2);
    for (WeirException.Unavailable gone :
        List.of(
            assertThrows(WeirException.Unavailable.class, () -> read(source)),
            assertThrows(
                WeirException.Unavailable.class,
                () -> source.labelNames(TENANT, List.of(), TimeRange.ALL, 0)))) {
      assertEquals(
          "storage node sink-1 has weir.samples/0 from offset 6 on, not from 5; list the blocks"
              + " again",
          gone.getMessage());
    }
  }

  @Test
  void aListLongerThanAFrameIsWhole() throws Exception {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      samples.add(
          Sample.of(
              Labels.of("__name__", "up", "job", "node", "instance", "host-%04d".formatted(i)),
              BASE,
              i));
    }
    SeriesSource source = sourceOf(GroupRow.of(TENANT, samples));
    Listing<String> values = source.labelValues(TENANT, "instance", List.of(), TimeRange.ALL, 0);
    assertEquals(2_500, values.items().size());
    assertEquals("host-2499", values.items().getLast());
    assertEquals(2_500, source.series(TENANT, List.of(), TimeRange.ALL, 0).items().size());
    Listing<String> first = source.labelValues(TENANT, "instance", List.of(), TimeRange.ALL, 1_999);
    assertEquals(1_999, first.items().size());
    assertTrue(first.truncated());
    assertEquals(2_500, read(source, Matcher.regex("instance", "host-.*")).size());
  }

  @Test
  void hintsTravel() throws Exception {
    SelectHints hints =
        new SelectHints(15_000, 300_000, Optional.of("rate"), List.of("job", "le"), true, true);
    SeriesSource source = sourceOf(rows(UP, 3));
    try (GroupCursor cursor =
        source.select(TENANT, List.of(Matcher.notEqual("job", "x")), TimeRange.ALL, hints)) {
      SeriesGroup group = cursor.next();
      assertTrue(group != null && group.series().getFirst().labels().equals(UP));
    }
  }
}
