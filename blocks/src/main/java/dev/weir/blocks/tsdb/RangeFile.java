package dev.weir.blocks.tsdb;

import dev.weir.model.IoErrorText;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file that is read by range, through a window that moves: ranges that follow one another cost
/// one read of the file for many. Not for sharing between threads.
final class RangeFile implements AutoCloseable {
  private static final int WINDOW_BYTES = 8192;

  private final Path path;
  private final FileChannel channel;
  private final long size;
  private byte[] window = new byte[0];
  private long start;
  private int length;

  RangeFile(Path path) {
    this.path = path;
    try {
      this.channel = FileChannel.open(path, StandardOpenOption.READ);
      this.size = channel.size();
    } catch (NoSuchFileException e) {
      throw new WeirException.Corrupt("%s: no such file".formatted(path), e);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  Path path() {
    return path;
  }

  long size() {
    return size;
  }

  /// The bytes that the last [#load] made present.
  byte[] window() {
    return window;
  }

  /// Makes bytes present.
  ///
  /// @return where the first stands in [#window]
  /// @throws WeirException.Corrupt if the file ends before
  int load(long offset, int count) {
    if (offset < 0 || count < 0 || offset > size - count) {
      throw corrupt(offset, "%d bytes are expected here".formatted(count));
    }
    if (offset < start || offset + count > start + length) {
      int wanted = (int) Math.min(Math.max(count, WINDOW_BYTES), size - offset);
      byte[] target = window.length >= wanted ? window : new byte[wanted];
      read(offset, target, wanted);
      window = target;
      start = offset;
      length = wanted;
    }
    return (int) (offset - start);
  }

  /// As many bytes as there are, but no more than `count`.
  int available(long offset, int count) {
    return (int) Math.max(0, Math.min(count, size - offset));
  }

  private void read(long offset, byte[] target, int count) {
    ByteBuffer buffer = ByteBuffer.wrap(target, 0, count);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) {
          throw corrupt(offset, "%d bytes are expected here".formatted(count));
        }
      }
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /// Bytes in an array of their own.
  byte[] copy(long offset, int count) {
    if (offset < 0 || count < 0 || offset > size - count) {
      throw corrupt(offset, "%d bytes are expected here".formatted(count));
    }
    byte[] bytes = new byte[count];
    read(offset, bytes, count);
    return bytes;
  }

  WeirException.Corrupt corrupt(long offset, String problem) {
    return new WeirException.Corrupt(
        "%s: offset %d of %d: %s".formatted(path, offset, size, problem));
  }

  private WeirException.Unavailable unavailable(IOException e) {
    return new WeirException.Unavailable(
        "%s cannot be read: %s".formatted(path, IoErrorText.of(e)), e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s cannot be closed: %s".formatted(path, IoErrorText.of(e)), e);
    }
  }
}
