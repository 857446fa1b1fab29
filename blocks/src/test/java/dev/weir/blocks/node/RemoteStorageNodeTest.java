package dev.weir.blocks.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.MemorySeriesSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A node asked by bytes over a pipe, and what happens when the bytes are not right.
class RemoteStorageNodeTest extends StorageNodeContract {
  private static final Labels UP = Labels.of("__name__", "up", "job", "node", "instance", "a");

  @Override
  protected StorageNode reach(StorageNode node) {
    NodeServer server = new NodeServer(node, _ -> {});
    return new RemoteStorageNode(
        "pipe",
        NodeLimits.DEFAULT,
        request -> {
          PipedInputStream answer = new PipedInputStream(1 << 16);
          PipedOutputStream out = new PipedOutputStream(answer);
          Thread.startVirtualThread(() -> {
            try (out) {
              server.answer(request, out);
            } catch (IOException e) {
              // The reader closed its end, which it may do before the last byte.
              assertNotNull(e.getMessage());
            }
          });
          return answer;
        });
  }

  /// A node with one source under any offsets.
  private record Fixed(SeriesSource source) implements StorageNode {
    @Override
    public NodeStatus status() {
      return new NodeStatus("fixed", List.of());
    }

    @Override
    public SeriesSource from(List<PartitionOffset> offsets) {
      return source;
    }
  }

  private static byte[] answer(StorageNode node, NodeRequest request) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      new NodeServer(node, _ -> {}).answer(request.toBytes(), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Test
  void aQuestionThatIsTooLongIsNotRead() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] question = Arrays.copyOf(selectUp().toBytes(), (1 << 20) + 1);
    new NodeServer(fixed(), _ -> {}).answer(question, out);
    WeirException.LimitExceeded e =
        assertThrows(
            WeirException.LimitExceeded.class, () -> read(out.toByteArray(), NodeLimits.DEFAULT));
    assertTrue(
        e.getMessage()
            .endsWith("a question of 1048577 bytes; a storage node takes at most 1048576"),
        e.getMessage());
  }

  private static StorageNode fixed() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      samples.add(Sample.of(UP, BASE + i * 15_000L, 1));
    }
    return new Fixed(MemorySeriesSource.of(GroupRow.of(Tenant.DEFAULT, samples)));
  }

  private static NodeRequest selectUp() {
    return new NodeRequest.Select(
        new NodeRequest.Scope(List.of(new PartitionOffset("weir.samples", 0, 0)), Tenant.DEFAULT),
        List.of(Matcher.equal("__name__", "up")),
        TimeRange.ALL,
        SelectHints.NONE);
  }

  private static List<GroupSamples> read(byte[] answer, NodeLimits limits) {
    StorageNode node =
        new RemoteStorageNode("bytes", limits, _ -> new ByteArrayInputStream(answer));
    List<GroupSamples> read = new ArrayList<>();
    try (GroupCursor cursor =
        node.from(List.of()).select(Tenant.DEFAULT, List.of(), TimeRange.ALL, SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        read.add(group.read());
      }
      assertEquals(Completeness.FULL, cursor.completeness());
    }
    return read;
  }

  @Test
  void requestsComeBackAsTheyWent() {
    List<NodeRequest> requests =
        List.of(
            new NodeRequest.Status(),
            selectUp(),
            new NodeRequest.LabelNames(
                new NodeRequest.Scope(List.of(), new Tenant("team-a")),
                List.of(),
                new TimeRange(-5, 7),
                0),
            new NodeRequest.LabelValues(
                new NodeRequest.Scope(
                    List.of(new PartitionOffset("weir.recorded", 31, Long.MAX_VALUE)),
                    Tenant.DEFAULT),
                "job",
                List.of(List.of(Matcher.regex("a", "b.+"), Matcher.notRegex("c", "")), List.of()),
                TimeRange.ALL,
                Integer.MAX_VALUE),
            new NodeRequest.Series(
                new NodeRequest.Scope(List.of(), Tenant.DEFAULT),
                List.of(List.of(Matcher.notEqual("__name__", "up"))),
                TimeRange.ALL,
                10));
    for (NodeRequest request : requests) {
      assertEquals(request, NodeRequest.parse(request.toBytes()));
    }
    assertEquals("0100", HexFormat.of().formatHex(new NodeRequest.Status().toBytes()));
  }

  @Test
  void theDocumentedExampleOfAnAnswerIsWhatIsWritten() {
    NodeRequest none = selectUp();
    byte[] bytes = answer(new Fixed(new CompleteToOne()), none);
    assertEquals(
        "5752534e01" + "050300000003000000", HexFormat.of().formatHex(Arrays.copyOf(bytes, 14)));
    assertEquals("020000", HexFormat.of().formatHex(bytes, bytes.length - 3, bytes.length));
    assertEquals(21, bytes.length);
  }

  @Test
  void anAnswerThatIsCutShortIsNeverTakenForAWholeOne() {
    byte[] whole = answer(fixed(), selectUp());
    assertEquals(1, read(whole, NodeLimits.DEFAULT).size());
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(
          WeirException.Unavailable.class,
          () -> read(cut, NodeLimits.DEFAULT),
          () -> cut.length + " of " + whole.length);
    }
  }

  @Test
  void aFlippedBitIsFound() {
    byte[] whole = answer(fixed(), selectUp());
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      byte[] bent = whole.clone();
      int bit = random.nextInt(whole.length * 8);
      bent[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThrows(
          WeirException.class,
          () -> read(bent, NodeLimits.DEFAULT),
          () -> "seed %d, bit %d".formatted(seed, bit));
    }
  }

  @Test
  void whatIsNoAnswerSaysSo() {
    byte[] page =
        "HTTP/1.1 404 Not Found\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    WeirException.Corrupt corrupt =
        assertThrows(WeirException.Corrupt.class, () -> read(page, NodeLimits.DEFAULT));
    assertEquals(
        "storage node answer, byte 0: found 0x48, expected 0x57 of \"WRSN\"; is this the address"
            + " of a storage node?",
        corrupt.getMessage());
  }

  @Test
  void failuresKeepTheirType() {
    for (WeirException failure :
        List.of(
            new WeirException.BadData("b"),
            new WeirException.LimitExceeded("l"),
            new WeirException.TimedOut("t"),
            new WeirException.Canceled("c"),
            new WeirException.Unavailable("u"),
            new WeirException.Corrupt("k"),
            new WeirException.Internal("i"))) {
      byte[] bytes = answer(new Fixed(new Failing(failure)), selectUp());
      WeirException arrived =
          assertThrows(WeirException.class, () -> read(bytes, NodeLimits.DEFAULT));
      assertEquals(failure.getClass(), arrived.getClass());
      assertEquals(failure.getMessage(), arrived.getMessage());
    }
    byte[] bug = answer(new Fixed(new Failing(new IllegalStateException("oops"))), selectUp());
    assertEquals(
        "java.lang.IllegalStateException: oops",
        assertThrows(WeirException.Internal.class, () -> read(bug, NodeLimits.DEFAULT))
            .getMessage());
  }

  @Test
  void aRequestThatMakesNoSenseIsAnswered() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<RuntimeException> failures = new ArrayList<>();
    try {
      new NodeServer(fixed(), failures::add).answer(new byte[] {9, 9}, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    WeirException.Corrupt corrupt =
        assertThrows(
            WeirException.Corrupt.class, () -> read(out.toByteArray(), NodeLimits.DEFAULT));
    assertTrue(
        corrupt.getMessage().contains("version 9 is not known; this program speaks version 1"),
        corrupt.getMessage());
    assertEquals(
        List.of(corrupt.getMessage()), failures.stream().map(Throwable::getMessage).toList());
  }

  @Test
  void boundsAreKept() {
    byte[] whole = answer(fixed(), selectUp());
    assertThrows(
        WeirException.LimitExceeded.class,
        () -> read(whole, new NodeLimits(1_000, 100, 1_000_000)));
    assertThrows(
        WeirException.LimitExceeded.class,
        () -> read(whole, new NodeLimits(1_000, 1_000_000, 100)));
    StorageNode narrow =
        new RemoteStorageNode(
            "narrow", new NodeLimits(10, 1_000, 1_000), _ -> new ByteArrayInputStream(new byte[0]));
    assertThrows(
        WeirException.LimitExceeded.class,
        () ->
            narrow
                .from(List.of())
                .labelValues(Tenant.DEFAULT, "a_long_label_name", List.of(), TimeRange.ALL, 0));
  }

  @Test
  void aNodeThatCannotBeReachedIsUnavailable() {
    StorageNode node =
        new RemoteStorageNode(
            "10.0.0.7:9091",
            NodeLimits.DEFAULT,
            _ -> {
              throw new IOException("connection refused");
            });
    assertEquals(
        "storage node 10.0.0.7:9091 does not answer: java.io.IOException: connection refused",
        assertThrows(WeirException.Unavailable.class, node::status).getMessage());
  }
}
