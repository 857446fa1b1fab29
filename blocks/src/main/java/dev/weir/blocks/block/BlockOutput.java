package dev.weir.blocks.block;

import dev.weir.model.IoErrorText;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// A file that is written once, from its start to its end, through a buffer. What was written can
/// be read back. Not for sharing between threads.
final class BlockOutput implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 18;

  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long position;

  /// @param options how to open the file, besides writing
  BlockOutput(Path file, StandardOpenOption... options) {
    this.file = file;
    try {
      StandardOpenOption[] all = Arrays.copyOf(options, options.length + 1);
      all[options.length] = StandardOpenOption.WRITE;
      this.channel = FileChannel.open(file, all);
    } catch (IOException e) {
      throw failed("created", e);
    }
  }

  String name() {
    return file.toString();
  }

  /// How many bytes have been written.
  long position() {
    return position;
  }

  void write(byte[] bytes, int from, int count) {
    int at = from;
    int end = from + count;
    while (at < end) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int part = Math.min(end - at, buffer.remaining());
      buffer.put(bytes, at, part);
      at += part;
    }
    position += count;
  }

  void writeU32(int value) {
    if (buffer.remaining() < Integer.BYTES) {
      flush();
    }
    buffer.putInt(value);
    position += Integer.BYTES;
  }

  /// Reads what was written before.
  void read(long offset, byte[] into, int count) {
    flush();
    ByteBuffer target = ByteBuffer.wrap(into, 0, count);
    try {
      while (target.hasRemaining()) {
        if (channel.read(target, offset + target.position()) < 0) {
          throw new WeirException.Internal(
              "%s ends at %d, %d bytes from %d on were written"
                  .formatted(file, channel.size(), count, offset));
        }
      }
    } catch (IOException e) {
      throw failed("read", e);
    }
  }

  private void flush() {
    buffer.flip();
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw failed("written", e);
    }
    buffer.clear();
  }

  /// Hands everything to the disk.
  void sync() {
    flush();
    try {
      channel.force(true);
    } catch (IOException e) {
      throw failed("synced", e);
    }
  }

  private WeirException failed(String what, IOException e) {
    return new WeirException.Unavailable(
        "%s cannot be %s: %s".formatted(file, what, IoErrorText.of(e)), e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failed("closed", e);
    }
  }
}
