package dev.weir.history.job;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.exchange.WorkFiles;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Outcomes that wait for those of earlier slices, in memory up to a bound, beyond it in a file
/// each. For one thread.
final class WaitingOutcomes implements AutoCloseable {
  private record Key(int rule, int slice) {}

  private sealed interface Waiting {
    record InMemory(TaskOutcome outcome) implements Waiting {}

    record InFile(String kind, Path file) implements Waiting {}
  }

  private final long maxBytes;
  private final Map<Key, Deque<Waiting>> waiting = new HashMap<>();
  private long bytes;
  private @Nullable Path directory;
  private int files;

  /// @param maxBytes of all contents in memory
  WaitingOutcomes(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  void add(TaskOutcome outcome) {
    int size = outcome.content().length;
    Waiting one;
    if (bytes + size > maxBytes) {
      one = new Waiting.InFile(outcome.kind(), written(outcome));
    } else {
      one = new Waiting.InMemory(outcome);
      bytes += size;
    }
    waiting
        .computeIfAbsent(new Key(outcome.rule(), outcome.slice()), _ -> new ArrayDeque<>())
        .add(one);
  }

  /// The next one of a rule and slice, in the order in which they were added; null if none waits.
  @Nullable TaskOutcome poll(int rule, int slice) {
    Key key = new Key(rule, slice);
    Deque<Waiting> all = waiting.get(key);
    if (all == null) {
      return null;
    }
    Waiting next = all.remove();
    if (all.isEmpty()) {
      waiting.remove(key);
    }
    return switch (next) {
      case Waiting.InMemory(TaskOutcome outcome) -> {
        bytes -= outcome.content().length;
        yield outcome;
      }
      case Waiting.InFile(String kind, Path file) ->
          new TaskOutcome(kind, rule, slice, readAndRemoved(file));
    };
  }

  /// Contents in memory.
  long bytes() {
    return bytes;
  }

  private Path written(TaskOutcome outcome) {
    if (directory == null) {
      directory = ScratchDirectory.make();
    }
    Path file = requireNonNull(directory).resolve("waiting-" + files++);
    try {
      return Files.write(file, outcome.content());
    } catch (IOException e) {
      throw new WeirException.Unavailable("%s cannot be written: %s".formatted(file, e), e);
    }
  }

  private static byte[] readAndRemoved(Path file) {
    try {
      byte[] content = Files.readAllBytes(file);
      Files.delete(file);
      return content;
    } catch (IOException e) {
      throw new WeirException.Unavailable("%s cannot be read: %s".formatted(file, e), e);
    }
  }

  @Override
  public void close() {
    if (directory != null) {
      WorkFiles.remove(directory);
    }
  }
}
