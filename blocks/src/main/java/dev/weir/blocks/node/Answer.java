package dev.weir.blocks.node;

import dev.weir.model.WeirException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// The frames of an answer as they arrive. For one thread.
final class Answer implements AutoCloseable {
  private final String address;
  private final NodeLimits limits;
  private final InputStream in;
  private long received;
  private AnswerCodec.@Nullable End end;

  private Answer(String address, NodeLimits limits, InputStream in) {
    this.address = address;
    this.limits = limits;
    this.in = in;
  }

  static Answer to(
      NodeRequest request, String address, NodeLimits limits, RemoteStorageNode.Carrier carrier) {
    byte[] question = request.toBytes();
    if (question.length > limits.maxRequestBytes()) {
      throw new WeirException.LimitExceeded(
          "the question to storage node %s has %d bytes; at most %d are sent"
              .formatted(address, question.length, limits.maxRequestBytes()));
    }
    try {
      Answer answer = new Answer(address, limits, carrier.ask(question));
      try {
        Frame.readStart(answer.in);
        return answer;
      } catch (IOException | RuntimeException e) {
        answer.close();
        throw e;
      }
    } catch (IOException e) {
      throw unavailable(address, e);
    }
  }

  private static WeirException unavailable(String address, IOException e) {
    return new WeirException.Unavailable(
        "storage node %s does not answer: %s".formatted(address, e), e);
  }

  /// The next frame, or the last one again once the answer has ended.
  ///
  /// @throws WeirException what the node says went wrong
  Frame next() {
    Frame frame;
    try {
      frame = Frame.read(in, limits);
    } catch (IOException e) {
      throw unavailable(address, e);
    }
    if (frame == null) {
      throw Frame.cutShort();
    }
    received += frame.stored().length;
    if (received > limits.maxResponseBytes()) {
      throw new WeirException.LimitExceeded(
          "the answer of storage node %s has more than %d bytes; select less"
              .formatted(address, limits.maxResponseBytes()));
    }
    switch (frame.type()) {
      case END -> end = AnswerCodec.readEnd(frame.payload());
      case FAILURE -> throw AnswerCodec.readFailure(frame.payload());
      case GROUP, SAMPLES, ITEMS, STATUS, EXEMPLARS -> {}
    }
    return frame;
  }

  boolean ended() {
    return end != null;
  }

  /// What the last frame said, once the answer has ended.
  AnswerCodec.End end() {
    if (end == null) {
      throw new IllegalStateException("the answer has not ended");
    }
    return end;
  }

  /// The frame, if it is of this type.
  Frame expect(Frame.Type type, Frame frame) {
    if (frame.type() != type) {
      throw new WeirException.Corrupt(
          "storage node %s: a %s frame where a %s frame belongs"
              .formatted(address, frame.type(), type));
    }
    return frame;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw unavailable(address, e);
    }
  }
}
