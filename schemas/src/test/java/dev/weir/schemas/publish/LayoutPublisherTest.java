package dev.weir.schemas.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.schemas.LayoutFrame;
import dev.weir.schemas.SampleRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LayoutPublisherTest {
  private static final GroupKey GROUP = group("db-1:9100");

  private Instant now = Instant.ofEpochMilli(1_700_000_000_000L);
  private final LayoutPublisher publisher = new LayoutPublisher(() -> now);

  @Test
  void carriesTheLayoutUntilARecordThatHasItIsAcknowledged() {
    Layout layout = layout(10);
    var first = prepare(layout);
    var second = prepare(layout);
    assertEquals(Optional.of(new LayoutFrame.Whole(layout)), first.sampleRecord().layout());
    assertEquals(Optional.of(new LayoutFrame.Whole(layout)), second.sampleRecord().layout());
    second.acknowledged();
    assertEquals(Optional.empty(), prepare(layout).sampleRecord().layout());
  }

  @Test
  void carriesWhatWasAddedToALayoutThatGrew() {
    prepare(layout(10)).acknowledged();
    Layout grown = layout(12);
    var delta = prepare(grown);
    assertEquals(
        Optional.of(new LayoutFrame.Delta(layout(10).hash(), grown.series().subList(10, 12))),
        delta.sampleRecord().layout());
    delta.acknowledged();
    assertEquals(Optional.empty(), prepare(grown).sampleRecord().layout());
  }

  @Test
  void carriesALayoutWholeThatShrankOrChangedOrMoreThanDoubled() {
    prepare(layout(10)).acknowledged();
    assertTrue(isWhole(prepare(layout(9))));
    assertTrue(isWhole(prepare(layout(30))));
    List<SeriesMeta> retyped = new ArrayList<>(layout(11).series());
    retyped.set(3, new SeriesMeta(retyped.get(3).labels(), MetricType.UNKNOWN));
    assertTrue(isWhole(prepare(Layout.of(retyped))));
  }

  @Test
  void aLostRecordLeavesTheLayoutToTheNext() {
    prepare(layout(10)).acknowledged();
    prepare(layout(12));
    assertTrue(prepare(layout(12)).sampleRecord().layout().isPresent());
  }

  @Test
  void sendsAKeyFrameInEveryIntervalSpreadOverTheGroups() {
    int[] keyFramesByMinute = new int[60];
    for (int target = 0; target < 500; target++) {
      prepare(group("db-%d:9100".formatted(target)), layout(3)).acknowledged();
    }
    Instant start = now;
    for (int scrape = 1; scrape <= 240; scrape++) {
      now = start.plusSeconds(15L * scrape);
      for (int target = 0; target < 500; target++) {
        var publication = prepare(group("db-%d:9100".formatted(target)), layout(3));
        if (publication.sampleRecord().layout().isPresent()) {
          assertTrue(isWhole(publication));
          keyFramesByMinute[(scrape - 1) / 4]++;
          publication.acknowledged();
        }
      }
    }
    // 500 groups, six key frames each: 50 a minute.
    assertEquals(3000, IntStream.of(keyFramesByMinute).sum());
    for (int keyFrames : keyFramesByMinute) {
      assertTrue(keyFrames > 20 && keyFrames < 100, () -> "%d in a minute".formatted(keyFrames));
    }
  }

  @Test
  void forgetsGroupsBeyondItsBound() {
    LayoutPublisher small =
        new LayoutPublisher(() -> now, new LayoutPublisher.Settings(Duration.ofMinutes(10), 2));
    for (String instance : List.of("db-1:9100", "db-2:9100", "db-3:9100")) {
      small
          .prepare(group(instance), layout(3), rows(), SampleRecord.NO_EPOCH, OptionalLong.empty())
          .acknowledged();
    }
    assertEquals(2, small.groupCount());
    assertTrue(isWhole(small.prepare(GROUP, layout(3), rows(), 0, OptionalLong.empty())));
  }

  private static boolean isWhole(LayoutPublisher.Publication publication) {
    return publication.sampleRecord().layout().orElseThrow() instanceof LayoutFrame.Whole;
  }

  private LayoutPublisher.Publication prepare(Layout layout) {
    return prepare(GROUP, layout);
  }

  private LayoutPublisher.Publication prepare(GroupKey group, Layout layout) {
    return publisher.prepare(
        group, layout, List.of(row(layout)), 1, OptionalLong.of(now.toEpochMilli() + 15_000));
  }

  private static List<Row> rows() {
    return List.of(row(layout(3)));
  }

  private static Row row(Layout layout) {
    return Row.whole(1_700_000_000_000L, new double[layout.size()]);
  }

  private static GroupKey group(String instance) {
    return new GroupKey(
        new PartitionKey.OfTarget(Tenant.DEFAULT, "node", instance), "4f1d", Slice.WHOLE);
  }

  /// The first series of one long list, so that each layout continues the smaller ones.
  private static Layout layout(int size) {
    return Layout.of(
        IntStream.range(0, size)
            .mapToObj(i ->
                new SeriesMeta(
                    Labels.of(Labels.NAME, "node_cpu_seconds_total", "cpu", "%03d".formatted(i)),
                    MetricType.COUNTER))
            .toList());
  }
}
