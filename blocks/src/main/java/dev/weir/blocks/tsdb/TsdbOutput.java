package dev.weir.blocks.tsdb;

import dev.weir.model.IoErrorText;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// A file being written from its start to its end, but for numbers that are known later. Not for
/// sharing between threads.
final class TsdbOutput implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;

  /// The longest that one write needs.
  private static final int MAX_NUMBER = 10;

  private final Path path;
  private final FileChannel channel;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int buffered;
  private long flushed;
  private final CRC32C crc = new CRC32C();

  /// How much of the buffer is in the checksum.
  private int summed;

  /// @param path to write; there is none yet
  TsdbOutput(Path path) {
    this.path = path;
    try {
      this.channel =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  long position() {
    return flushed + buffered;
  }

  private void reserve(int bytes) {
    if (buffered + bytes > BUFFER_BYTES) {
      flush();
    }
  }

  private void flush() {
    sum();
    writeAt(flushed, buffer, buffered);
    flushed += buffered;
    buffered = 0;
    summed = 0;
  }

  private void sum() {
    crc.update(buffer, summed, buffered - summed);
    summed = buffered;
  }

  private void writeAt(long offset, byte[] bytes, int length) {
    ByteBuffer source = ByteBuffer.wrap(bytes, 0, length);
    try {
      while (source.hasRemaining()) {
        channel.write(source, offset + source.position());
      }
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  TsdbOutput writeByte(int value) {
    reserve(1);
    buffer[buffered++] = (byte) value;
    return this;
  }

  TsdbOutput writeU32(int value) {
    reserve(Integer.BYTES);
    BigEndian.putU32(buffer, buffered, value);
    buffered += Integer.BYTES;
    return this;
  }

  TsdbOutput writeU64(long value) {
    reserve(Long.BYTES);
    BigEndian.putU64(buffer, buffered, value);
    buffered += Long.BYTES;
    return this;
  }

  TsdbOutput writeUvarint(long value) {
    reserve(MAX_NUMBER);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      buffer[buffered++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[buffered++] = (byte) rest;
    return this;
  }

  TsdbOutput writeVarint(long value) {
    return writeUvarint((value << 1) ^ (value >> 63));
  }

  TsdbOutput writeBytes(byte[] bytes, int from, int length) {
    int left = length;
    while (left > 0) {
      reserve(1);
      int part = Math.min(left, BUFFER_BYTES - buffered);
      System.arraycopy(bytes, from + length - left, buffer, buffered, part);
      buffered += part;
      left -= part;
    }
    return this;
  }

  /// The text in UTF-8 after its length.
  TsdbOutput writeText(byte[] utf8) {
    return writeUvarint(utf8.length).writeBytes(utf8, 0, utf8.length);
  }

  /// Zeros up to a multiple.
  void align(int multiple) {
    while (position() % multiple != 0) {
      writeByte(0);
    }
  }

  /// Begins what a checksum covers.
  void startChecksum() {
    summed = buffered;
    crc.reset();
  }

  /// Writes the checksum of everything since it was begun.
  void writeChecksum() {
    sum();
    writeU32((int) crc.getValue());
  }

  /// Begins a section with a length that is not known yet.
  ///
  /// @return to end it with
  long startSection() {
    long start = position();
    writeU32(0);
    startChecksum();
    return start;
  }

  /// Ends a section: its length is put where it belongs, and its checksum after it.
  void endSection(long start) {
    long length = position() - start - Integer.BYTES;
    if (length >>> 32 != 0) {
      throw new WeirException.LimitExceeded(
          "%s: a section would take %d bytes, Prometheus's format ends at 4 GiB; export a shorter time"
              .formatted(path, length));
    }
    writeChecksum();
    patchU32(start, (int) length);
  }

  /// Changes a number that was written.
  void patchU32(long offset, int value) {
    if (offset >= flushed) {
      BigEndian.putU32(buffer, (int) (offset - flushed), value);
    } else {
      // It may lie across what is on the disk and what is not.
      flush();
      byte[] bytes = new byte[Integer.BYTES];
      BigEndian.putU32(bytes, 0, value);
      writeAt(offset, bytes, bytes.length);
    }
  }

  /// Reads bytes back.
  void read(long offset, byte[] into, int length) {
    if (buffered > 0) {
      flush();
    }
    ByteBuffer target = ByteBuffer.wrap(into, 0, length);
    try {
      while (target.hasRemaining()) {
        if (channel.read(target, offset + target.position()) < 0) {
          throw new WeirException.Internal(
              "%s ends before offset %d".formatted(path, offset + length));
        }
      }
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /// Hands everything to the disk.
  void sync() {
    flush();
    try {
      channel.force(true);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private WeirException.Unavailable unavailable(IOException e) {
    return new WeirException.Unavailable(
        "%s cannot be written: %s".formatted(path, IoErrorText.of(e)), e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }
}
