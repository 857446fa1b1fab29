package dev.weir.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.weir.model.WeirException;
import java.nio.file.Path;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class StreamsFailureTest {
  private static final Path STATE = Path.of("data/streams");

  @Test
  void aFullDiskIsNoDefectAndHasACure() {
    WeirException failure =
        StreamsFailure.of(
            new StreamsException(
                new ProcessorStateException(
                    "Error opening store windows at location data/streams/weir-rules/0_1",
                    new IllegalStateException(
                        "While appending to file: data/streams/weir-rules/0_1/000012.sst: No space left on device"))),
            STATE);
    assertInstanceOf(WeirException.Unavailable.class, failure);
    assertEquals(
        "rules cannot be evaluated any more: the disk of data/streams is full; make space, and restart the process",
        failure.getMessage());
  }

  @Test
  void whatNobodyForesawIsNamedByItsCause() {
    WeirException failure =
        StreamsFailure.of(
            new StreamsException(new IllegalStateException("no layout of column 3")), STATE);
    assertInstanceOf(WeirException.Internal.class, failure);
    assertEquals(
        "rules cannot be evaluated any more: java.lang.IllegalStateException: no layout of column 3; the log has the cause",
        failure.getMessage());
  }

  @Test
  void whatSaysNothingIsItsOwnCause() {
    assertInstanceOf(
        WeirException.Internal.class, StreamsFailure.of(new OutOfMemoryError(), STATE));
  }
}
