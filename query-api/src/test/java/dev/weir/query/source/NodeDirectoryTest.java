package dev.weir.query.source;

import static dev.weir.blocks.node.NodeStatus.PartitionState.OWNED;
import static dev.weir.query.source.PipelineFixture.UP;
import static dev.weir.query.source.PipelineFixture.having;
import static dev.weir.query.source.PipelineFixture.unreachable;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.query.source.NodeDirectory.Partition;
import dev.weir.schemas.Topics;
import dev.weir.testing.MemorySeriesSource;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeDirectoryTest {
  private final PipelineFixture fixture = new PipelineFixture();

  @Test
  void asksANodeElsewhereThatIsAheadOfTheOwnerHere() {
    fixture.announce("sink-0", "http://localhost:1", 0, false, 20);
    fixture.serve("owner", 0, OWNED, 19, having(UP, 1));
    fixture.serve("other", 1, OWNED, 10, MemorySeriesSource.of(List.of()));

    NodeDirectory directory = fixture.directory(PipelineFixture::unreachable);

    Partition partition = new Partition(Topics.SAMPLES, 0);
    assertEquals("sink-0", requireNonNull(directory.nodes().get(partition)).member());
    fixture.clock.advance(Duration.ofSeconds(30));
    assertEquals("owner", requireNonNull(directory.nodes().get(partition)).member());
  }

  @Test
  void addressesThatNobodyAnnouncesAnyMoreAreForgotten() {
    List<URI> reached = new ArrayList<>();
    NodeDirectory directory =
        fixture.directory(address -> {
          reached.add(address);
          return unreachable(address);
        });
    fixture.announce("sink-0", "http://sink-0:9090", 0);
    directory.nodes();
    directory.nodes();
    fixture.members.clear();
    directory.nodes();
    fixture.announce("sink-0", "http://sink-0:9090", 0);
    directory.nodes();

    assertEquals(
        List.of(URI.create("http://sink-0:9090"), URI.create("http://sink-0:9090")), reached);
  }
}
