package dev.weir.history.job;

import dev.weir.model.WeirException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/// What a task says, as it travels through Flink.
///
/// @param kind name of a [Kind]
/// @param rule number of the rule that it is about; -1 if it is about none
/// @param slice number of the unit's slice, from 0
/// @param content as its kind has it, see [OutcomeCodec]
public record TaskOutcome(String kind, int rule, int slice, byte[] content) {
  /// What outcomes are about.
  enum Kind {
    /// The elements of an alerting rule in a part of a slice behind which there is another.
    PART,
    /// The elements of an alerting rule in a slice, or in its last part.
    ELEMENTS,
    /// That elements were taken; its content is empty.
    REPLAYED,
    /// Alerts that changed.
    CHANGES,
    /// Evaluations that failed.
    FAILURES,
    /// A block that was written, or was there.
    BLOCK,
    /// A slice is done.
    DONE
  }

  @FunctionalInterface
  interface Writer {
    void writeTo(DataOutputStream out) throws IOException;
  }

  @FunctionalInterface
  interface Reader<T> {
    T readFrom(DataInputStream in) throws IOException;
  }

  static TaskOutcome of(Kind kind, int rule, int slice, Writer content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      content.writeTo(out);
    } catch (IOException e) {
      throw new WeirException.Internal("an outcome that cannot be written to memory", e);
    }
    return new TaskOutcome(kind.name(), rule, slice, bytes.toByteArray());
  }

  /// Whether it has elements of an alerting rule.
  boolean hasElements() {
    return switch (kindOf()) {
      case PART, ELEMENTS -> true;
      case REPLAYED, CHANGES, FAILURES, BLOCK, DONE -> false;
    };
  }

  Kind kindOf() {
    return Kind.valueOf(kind);
  }

  <T> T read(Reader<T> reader) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
      return reader.readFrom(in);
    } catch (IOException e) {
      throw new WeirException.Internal("an outcome %s of another shape".formatted(kindOf()), e);
    }
  }
}
