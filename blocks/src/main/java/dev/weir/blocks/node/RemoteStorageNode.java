package dev.weir.blocks.node;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesExemplars;
import dev.weir.model.source.SeriesSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A storage node that is reached by bytes. The carrier takes a question and gives the stream of
/// the answer; it bounds how long both may take.
public final class RemoteStorageNode implements StorageNode {

  /// Carries a question to a [NodeServer].
  @FunctionalInterface
  public interface Carrier {
    /// The answer, from its first byte on; the caller closes it.
    ///
    /// @throws IOException if the node cannot be reached
    InputStream ask(byte[] request) throws IOException;
  }

  private final String address;
  private final NodeLimits limits;
  private final Carrier carrier;

  /// @param address what messages call the node
  public RemoteStorageNode(String address, NodeLimits limits, Carrier carrier) {
    this.address = requireNonNull(address, "address");
    this.limits = requireNonNull(limits, "limits");
    this.carrier = requireNonNull(carrier, "carrier");
  }

  @Override
  public NodeStatus status() {
    try (Answer answer = ask(new NodeRequest.Status())) {
      List<NodeStatus> statuses = new ArrayList<>();
      for (Frame frame = answer.next(); !answer.ended(); frame = answer.next()) {
        statuses.add(AnswerCodec.readStatus(answer.expect(Frame.Type.STATUS, frame).payload()));
      }
      if (statuses.size() != 1) {
        throw new WeirException.Corrupt(
            "storage node %s: %d statuses in an answer, expected one"
                .formatted(address, statuses.size()));
      }
      return statuses.getFirst();
    }
  }

  private Answer ask(NodeRequest request) {
    return Answer.to(request, address, limits, carrier);
  }

  @Override
  public List<KeptRows> kept() {
    try (Answer answer = ask(new NodeRequest.Kept())) {
      List<KeptRows> kept = new ArrayList<>();
      for (Frame frame = answer.next(); !answer.ended(); frame = answer.next()) {
        kept.addAll(LeafCodec.readKept(answer.expect(Frame.Type.ITEMS, frame).payload()));
      }
      return kept;
    }
  }

  @Override
  public LeafAnswer evaluate(
      List<PartitionOffset> partitions, long fromMillis, Tenant tenant, LeafQuestion question) {
    NodeRequest.Scope scope = new NodeRequest.Scope(partitions, tenant);
    try (Answer answer = ask(new NodeRequest.Leaves(scope, fromMillis, question))) {
      return LeafCodec.readAnswer(answer);
    }
  }

  @Override
  public SeriesSource from(List<PartitionOffset> offsets) {
    return new Source(List.copyOf(offsets));
  }

  private final class Source implements SeriesSource {
    private final List<PartitionOffset> offsets;

    Source(List<PartitionOffset> offsets) {
      this.offsets = offsets;
    }

    @Override
    public boolean isRemote() {
      return true;
    }

    private NodeRequest.Scope scope(Tenant tenant) {
      return new NodeRequest.Scope(offsets, tenant);
    }

    @Override
    public GroupCursor select(
        Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
      return new RemoteCursor(
          ask(new NodeRequest.Select(scope(tenant), matchers, range, hints)), hints.seriesOnly());
    }

    @Override
    public Listing<String> labelNames(
        Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
      return listing(
          new NodeRequest.LabelNames(scope(tenant), selectors, range, limit),
          AnswerCodec::readTexts);
    }

    @Override
    public Listing<String> labelValues(
        Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
      return listing(
          new NodeRequest.LabelValues(scope(tenant), name, selectors, range, limit),
          AnswerCodec::readTexts);
    }

    @Override
    public Listing<Labels> series(
        Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
      return listing(
          new NodeRequest.Series(scope(tenant), selectors, range, limit), AnswerCodec::readSeries);
    }

    @Override
    public Listing<SeriesExemplars> exemplars(
        Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
      return listing(
          new NodeRequest.Exemplars(scope(tenant), selectors, range, limit),
          Frame.Type.EXEMPLARS,
          ExemplarCodec::read);
    }

    private <T> Listing<T> listing(NodeRequest request, Function<ByteReader, List<T>> codec) {
      return listing(request, Frame.Type.ITEMS, codec);
    }

    private <T> Listing<T> listing(
        NodeRequest request, Frame.Type type, Function<ByteReader, List<T>> codec) {
      try (Answer answer = ask(request)) {
        List<T> items = new ArrayList<>();
        for (Frame frame = answer.next(); !answer.ended(); frame = answer.next()) {
          items.addAll(codec.apply(answer.expect(type, frame).payload()));
        }
        AnswerCodec.End end = answer.end();
        return new Listing<>(items, end.truncated(), end.completeness());
      }
    }
  }
}
