package dev.weir.blocks.node;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Payloads of frames other than groups.
///
/// ```
/// Texts   => Count:uvarint Text:text*
/// Series  => Count:uvarint Labels*
/// Status  => Name:text Count:uvarint Partition*
/// Partition => Topic:text Partition:uvarint State:u8 Oldest:varint End:varint ChainEnd:varint
///              ReadToMillis:varint Trouble:text
/// End     => CompleteToMillis:varint Warnings:uvarint Warning:text* Truncated:u8
/// Failure => Kind:u8 Message:text
/// ```
///
/// Labels are those of [GroupCodec], with texts numbered within the frame. *State* is
/// [NodeStatus.PartitionState#code]. *Truncated* is 1 if a limit cut the list. *Kind* is 1 bad
/// data, 2 limit, 3 timed out, 4 canceled, 5 unavailable, 6 corrupt, 7 internal, 8 unprocessable.
///
/// Version 1 is the first version.
final class AnswerCodec {
  private AnswerCodec() {}

  /// What an END frame says.
  record End(Completeness completeness, boolean truncated) {}

  static void writeTexts(List<String> texts, ByteWriter out) {
    out.writeUvarint(texts.size());
    texts.forEach(out::writeText);
  }

  static List<String> readTexts(ByteReader in) {
    int count = in.readCountOfRemaining("number of texts", 1);
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(in.readText());
    }
    in.expectEnd();
    return texts;
  }

  static void writeSeries(List<Labels> series, ByteWriter out) {
    out.writeUvarint(series.size());
    Map<String, Integer> symbols = new HashMap<>();
    for (Labels labels : series) {
      GroupCodec.writeLabels(labels, symbols, out);
    }
  }

  static List<Labels> readSeries(ByteReader in) {
    int count = in.readCountOfRemaining("number of series", 1);
    List<Labels> series = new ArrayList<>(count);
    List<String> symbols = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      series.add(GroupCodec.readLabels(in, symbols));
    }
    in.expectEnd();
    return series;
  }

  static void writeStatus(NodeStatus status, ByteWriter out) {
    out.writeText(status.name()).writeUvarint(status.partitions().size());
    for (NodeStatus.PartitionStatus partition : status.partitions()) {
      out.writeText(partition.topic()).writeUvarint(partition.partition());
      out.writeByte(partition.state().code()).writeVarint(partition.oldestOffset());
      out.writeVarint(partition.endOffset()).writeVarint(partition.chainEndOffset());
      out.writeVarint(partition.readToMillis()).writeText(partition.trouble());
    }
  }

  static NodeStatus readStatus(ByteReader in) {
    String name = in.readText();
    int count = in.readCountOfRemaining("number of partitions", 8);
    List<NodeStatus.PartitionStatus> partitions = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String topic = in.readText();
      int partition = in.readCount("partition", Integer.MAX_VALUE);
      int state = in.readByte();
      if (state > NodeStatus.PartitionState.maxCode()) {
        throw in.corrupt("partition state %d is not known".formatted(state));
      }
      partitions.add(
          new NodeStatus.PartitionStatus(
              topic,
              partition,
              NodeStatus.PartitionState.ofCode(state),
              in.readVarint(),
              in.readVarint(),
              in.readVarint(),
              in.readVarint(),
              in.readText()));
    }
    in.expectEnd();
    return new NodeStatus(name, partitions);
  }

  static void writeEnd(Completeness completeness, boolean truncated, ByteWriter out) {
    out.writeVarint(completeness.completeToMillis());
    out.writeUvarint(completeness.warnings().size());
    completeness.warnings().forEach(out::writeText);
    out.writeByte(truncated ? 1 : 0);
  }

  static End readEnd(ByteReader in) {
    long completeTo = in.readVarint();
    int count = in.readCountOfRemaining("number of warnings", 1);
    List<String> warnings = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      warnings.add(in.readText());
    }
    boolean truncated = in.readByte() == 1;
    in.expectEnd();
    return new End(new Completeness(completeTo, warnings), truncated);
  }

  static void writeFailure(RuntimeException failure, ByteWriter out) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    if (failure instanceof WeirException ours) {
      out.writeByte(kind(ours)).writeText(message);
    } else {
      out.writeByte(7).writeText(failure.toString());
    }
  }

  private static int kind(WeirException failure) {
    return switch (failure) {
      case WeirException.BadData _ -> 1;
      case WeirException.LimitExceeded _ -> 2;
      case WeirException.TimedOut _ -> 3;
      case WeirException.Canceled _ -> 4;
      case WeirException.Unavailable _ -> 5;
      case WeirException.Corrupt _ -> 6;
      case WeirException.Internal _ -> 7;
      case WeirException.Unprocessable _ -> 8;
    };
  }

  static WeirException readFailure(ByteReader in) {
    int kind = in.readByte();
    String message = in.readText();
    return switch (kind) {
      case 1 -> new WeirException.BadData(message);
      case 2 -> new WeirException.LimitExceeded(message);
      case 3 -> new WeirException.TimedOut(message);
      case 4 -> new WeirException.Canceled(message);
      case 5 -> new WeirException.Unavailable(message);
      case 6 -> new WeirException.Corrupt(message);
      case 8 -> new WeirException.Unprocessable(message);
      default -> new WeirException.Internal(message);
    };
  }
}
