package dev.weir.blocks.node;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SeriesGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers questions that come as bytes, from a storage node. Whoever carries the bytes hands over
/// the whole question and a stream for the answer; groups are written as they are read, so an
/// answer takes the memory of one group.
public final class NodeServer {
  private static final Logger LOG = LoggerFactory.getLogger(NodeServer.class);

  /// What a frame of a listing holds.
  private static final int ITEMS_PER_FRAME = 1_000;

  private final StorageNode node;
  private final Consumer<? super RuntimeException> onFailure;

  /// @param onFailure is told of every question that failed; called by any thread
  public NodeServer(StorageNode node, Consumer<? super RuntimeException> onFailure) {
    this.node = requireNonNull(node, "node");
    this.onFailure = requireNonNull(onFailure, "onFailure");
  }

  /// Writes the answer to a question; a failure is an answer, too.
  ///
  /// @param request one that is longer than [NodeLimits#maxRequestBytes] is not read; the carrier
  ///   has a bound of its own, so that it does not hold more
  /// @throws IOException if the answer cannot be written: the asker is gone
  public void answer(byte[] request, OutputStream out) throws IOException {
    Frame.writeStart(out);
    try {
      checkLength(request);
      answer(NodeRequest.parse(request), out);
    } catch (RuntimeException e) {
      onFailure.accept(e);
      if (isDefect(e)) {
        LOG.error("a question to the storage node failed", e);
      } else {
        LOG.debug("a question to the storage node was not answered", e);
      }
      ByteWriter payload = new ByteWriter();
      AnswerCodec.writeFailure(e, payload);
      Frame.of(Frame.Type.FAILURE, payload).write(out);
    }
  }

  private static void checkLength(byte[] request) {
    int most = NodeLimits.DEFAULT.maxRequestBytes();
    if (request.length > most) {
      throw new WeirException.LimitExceeded(
          "a question of %d bytes; a storage node takes at most %d"
              .formatted(request.length, most));
    }
  }

  /// Whether the node is at fault, rather than the question or the passage of time.
  private static boolean isDefect(RuntimeException failure) {
    return !(failure instanceof WeirException)
        || failure instanceof WeirException.Internal
        || failure instanceof WeirException.Corrupt;
  }

  private void answer(NodeRequest request, OutputStream out) throws IOException {
    switch (request) {
      case NodeRequest.Status() -> {
        ByteWriter payload = new ByteWriter();
        AnswerCodec.writeStatus(node.status(), payload);
        Frame.of(Frame.Type.STATUS, payload).write(out);
        writeEnd(Completeness.FULL, false, out);
      }
      case NodeRequest.Select select -> answerSelect(select, out);
      case NodeRequest.LabelNames names ->
          writeListing(
              node.from(names.scope().offsets())
                  .labelNames(
                      names.scope().tenant(), names.selectors(), names.range(), names.limit()),
              AnswerCodec::writeTexts,
              out);
      case NodeRequest.LabelValues values ->
          writeListing(
              node.from(values.scope().offsets())
                  .labelValues(
                      values.scope().tenant(),
                      values.name(),
                      values.selectors(),
                      values.range(),
                      values.limit()),
              AnswerCodec::writeTexts,
              out);
      case NodeRequest.Series series ->
          writeListing(
              node.from(series.scope().offsets())
                  .series(
                      series.scope().tenant(), series.selectors(), series.range(), series.limit()),
              AnswerCodec::writeSeries,
              out);
      case NodeRequest.Exemplars exemplars ->
          writeListing(
              node.from(exemplars.scope().offsets())
                  .exemplars(
                      exemplars.scope().tenant(),
                      exemplars.selectors(),
                      exemplars.range(),
                      exemplars.limit()),
              Frame.Type.EXEMPLARS,
              ExemplarCodec::write,
              out);
      case NodeRequest.Kept() -> {
        ByteWriter payload = new ByteWriter();
        LeafCodec.writeKept(node.kept(), payload);
        Frame.of(Frame.Type.ITEMS, payload).write(out);
        writeEnd(Completeness.FULL, false, out);
      }
      case NodeRequest.Leaves(var scope, long fromMillis, LeafQuestion question) -> {
        LeafAnswer answer = node.evaluate(scope.offsets(), fromMillis, scope.tenant(), question);
        LeafCodec.writeAnswer(answer, out);
        writeEnd(answer.completeness(), false, out);
      }
    }
  }

  private void answerSelect(NodeRequest.Select select, OutputStream out) throws IOException {
    try (GroupCursor cursor =
        node.from(select.scope().offsets())
            .select(select.scope().tenant(), select.matchers(), select.range(), select.hints())) {
      // Signs of life, ever farther apart: groups may take their time.
      int groups = 0;
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        ByteWriter header = new ByteWriter();
        GroupCodec.writeSeries(group.key(), group.series(), header);
        Frame.of(Frame.Type.GROUP, header).write(out);
        if (!select.hints().seriesOnly()) {
          ByteWriter samples = new ByteWriter();
          GroupCodec.writeSamples(group.read(), samples);
          Frame.of(Frame.Type.SAMPLES, samples).write(out);
        }
        groups++;
        if (Integer.bitCount(groups) == 1) {
          out.flush();
        }
      }
      writeEnd(cursor.completeness(), false, out);
    }
  }

  private static <T> void writeListing(
      Listing<T> listing, BiConsumer<List<T>, ByteWriter> codec, OutputStream out)
      throws IOException {
    writeListing(listing, Frame.Type.ITEMS, codec, out);
  }

  private static <T> void writeListing(
      Listing<T> listing, Frame.Type type, BiConsumer<List<T>, ByteWriter> codec, OutputStream out)
      throws IOException {
    List<T> items = listing.items();
    for (int from = 0; from < items.size(); from += ITEMS_PER_FRAME) {
      ByteWriter payload = new ByteWriter();
      codec.accept(items.subList(from, Math.min(items.size(), from + ITEMS_PER_FRAME)), payload);
      Frame.of(type, payload).write(out);
    }
    writeEnd(listing.completeness(), listing.truncated(), out);
  }

  private static void writeEnd(Completeness completeness, boolean truncated, OutputStream out)
      throws IOException {
    ByteWriter payload = new ByteWriter();
    AnswerCodec.writeEnd(completeness, truncated, payload);
    Frame.of(Frame.Type.END, payload).write(out);
  }
}
