package dev.weir.query.source;

import static dev.weir.blocks.node.NodeStatus.PartitionState.OWNED;
import static dev.weir.query.source.PipelineFixture.LOAD;
import static dev.weir.query.source.PipelineFixture.UP;
import static dev.weir.query.source.PipelineFixture.having;
import static dev.weir.query.source.PipelineFixture.names;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What becomes of an answer where nodes fail.
class NodeFailuresTest {
  private final PipelineFixture fixture = new PipelineFixture();

  @Test
  void aNodeThatFailsIsAskedAgainAfterTheStoreWasListed() {
    fixture.serve("sink-0", 0, OWNED, 10, new FailingSource(1, having(UP, 1)));
    fixture.serve("sink-1", 1, OWNED, 10, having(LOAD, 0.5));

    Listing<String> names = names(fixture.pipeline());

    assertEquals(List.of("node_load1", "up"), names.items());
    assertEquals(List.of(), names.completeness().warnings());
    assertEquals(1, fixture.store.listings);
  }

  @Test
  void aNodeThatKeepsFailingIsAWarningAndTheOthersAnswer() {
    fixture.serve("sink-0", 0, OWNED, 10, new FailingSource(100, having(UP, 1)));
    fixture.serve("sink-1", 1, OWNED, 10, having(LOAD, 0.5));

    try (GroupCursor cursor =
        fixture
            .pipeline()
            .select(
                Tenant.DEFAULT,
                List.of(Matcher.regex(Labels.NAME, ".+")),
                TimeRange.ALL,
                SelectHints.NONE)) {
      List<Labels> found = new ArrayList<>();
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        group.series().forEach(series -> found.add(series.labels()));
      }
      assertEquals(List.of(LOAD), found);
      assertEquals(0, cursor.completeness().completeToMillis());
      String warning = cursor.completeness().warnings().getFirst();
      assertTrue(warning.startsWith("storage node sink-0 (this process): "), warning);
    }
  }

  @Test
  void aNodeThatIsNotReachedIsAWarningAtOnce() {
    fixture.announce("sink-0", 0);
    fixture.serve("sink-1", 1, OWNED, 10, having(LOAD, 0.5));

    Listing<String> names = names(fixture.pipeline());

    assertEquals(List.of("node_load1"), names.items());
    assertEquals(1, names.completeness().warnings().size());
    assertEquals(0, fixture.store.listings);
    assertEquals(1, fixture.failures("unavailable"));
  }

  @ParameterizedTest
  @MethodSource("defects")
  void aNodeOfAnotherVersionOrWithADefectIsAWarning(
      RuntimeException defect, String reason, String why) {
    fixture.serve("sink-0", 0, OWNED, 10, new FailingSource(100, having(UP, 1), defect));
    fixture.serve("sink-1", 1, OWNED, 10, having(LOAD, 0.5));

    Listing<String> names = names(fixture.pipeline());

    assertEquals(List.of("node_load1"), names.items());
    assertEquals(
        List.of(
            "storage node sink-0 (this process): recent samples are missing: %s".formatted(why)),
        names.completeness().warnings());
    assertEquals(0, fixture.store.listings);
    assertEquals(1, fixture.failures(reason));
  }

  static List<Arguments> defects() {
    return List.of(
        Arguments.of(
            new WeirException.Corrupt("protocol version 9 is not known"),
            "corrupt",
            "its answer cannot be read: protocol version 9 is not known"),
        Arguments.of(
            new WeirException.Internal("a defect of the node"),
            "internal",
            "it failed: a defect of the node"),
        Arguments.of(
            new IllegalStateException("a defect"),
            "internal",
            "it failed: java.lang.IllegalStateException: a defect"));
  }

  @Test
  void whatIsTheQuerysOwnFaultEndsIt() {
    fixture.serve(
        "sink-0",
        0,
        OWNED,
        10,
        new FailingSource(100, having(UP, 1), new WeirException.LimitExceeded("select less")));

    PipelineSource pipeline = fixture.pipeline();

    assertThrows(WeirException.LimitExceeded.class, () -> names(pipeline));
  }

  @Test
  void theStoreIsListedAtMostOnceASecondHoweverManyQueriesWantIt() {
    fixture.serve("sink-0", 0, OWNED, 10, new FailingSource(1_000, having(UP, 1)));
    PipelineSource pipeline = fixture.pipeline();

    for (int query = 0; query < 5; query++) {
      names(pipeline);
    }
    assertEquals(1, fixture.store.listings);

    fixture.nanos.addAndGet(1_000_000_000);
    names(pipeline);
    assertEquals(2, fixture.store.listings);
  }

  @Test
  void aStoreThatCannotBeListedLeavesTheAnswerAsItIs() {
    fixture.serve("sink-0", 0, OWNED, 10, new FailingSource(1_000, having(UP, 1)));
    fixture.serve("sink-1", 1, OWNED, 10, having(LOAD, 0.5));
    fixture.store.down = true;

    Listing<String> names = names(fixture.pipeline());

    assertEquals(List.of("node_load1"), names.items());
    assertEquals(1, names.completeness().warnings().size());
  }
}
