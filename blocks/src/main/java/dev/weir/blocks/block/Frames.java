package dev.weir.blocks.block;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.weir.blocks.store.BlockFile;
import dev.weir.model.WeirException;
import java.util.Arrays;

/// Compresses and checksums pieces of a block file.
///
/// ```
/// Frame => Compression:u8 Payload:u8[] Checksum:u32
/// ```
///
/// *Compression* is 0 (the payload is the content) or 1 (it is one zstd frame, RFC 8878, without
/// its own checksum). *Checksum* is the CRC-32C of compression and payload. Stored and raw length
/// stand with whoever refers to the frame. The writer compresses where that saves at least an
/// eighth.
///
/// Example: the content `01 02 03` is `00 01 02 03` and the checksum of these four bytes, `a3 1a 33
/// d9`.
///
/// Version 1 of the block format is the first version.
final class Frames {
  /// Content of a frame. A frame is larger than the writer aims for only where one entry is.
  static final int MAX_RAW_BYTES = 1 << 28;

  static final int NONE = 0;
  static final int ZSTD = 1;

  /// Compression byte and checksum.
  private static final int OVERHEAD = 5;

  /// Zeros after the content, so that integers can be read 8 bytes at once up to its end.
  private static final int SLACK = 8;

  private Frames() {}

  /// Writes content at the end of a file. Not for sharing between threads.
  static final class Writer implements AutoCloseable {
    private final BlockOutput out;
    private final ZstdCompressCtx zstd;

    Writer(BlockOutput out, int level) {
      this.out = out;
      this.zstd = new ZstdCompressCtx().setLevel(level).setChecksum(false).setContentSize(false);
    }

    FrameRef write(byte[] content, int length) {
      if (length > MAX_RAW_BYTES) {
        throw new WeirException.LimitExceeded(
            "%s: a frame of %d bytes is larger than %d; flush more often"
                .formatted(out.name(), length, MAX_RAW_BYTES));
      }
      byte[] frame = new byte[1 + (int) Zstd.compressBound(length)];
      int compressed = zstd.compressByteArray(frame, 1, frame.length - 1, content, 0, length);
      if (compressed <= length - length / 8) {
        frame[0] = ZSTD;
      } else {
        frame[0] = NONE;
        compressed = length;
        System.arraycopy(content, 0, frame, 1, length);
      }
      int checksum = BlockFormat.checksum(frame, 0, 1 + compressed);
      long offset = out.position();
      out.write(frame, 0, 1 + compressed);
      out.writeU32(checksum);
      return new FrameRef(offset, compressed + OVERHEAD, length);
    }

    @Override
    public void close() {
      zstd.close();
    }
  }

  /// What messages call a frame.
  static String place(BlockFile file, FrameRef ref) {
    return "%s, frame at offset %d".formatted(file.name(), ref.offset());
  }

  /// The content of a frame, and [#SLACK] zeros after it.
  static byte[] read(BlockFile file, FrameRef ref) {
    check(file, ref);
    return decode(file, ref, file.read(ref.offset(), ref.storedBytes()), 0);
  }

  /// The content of a frame whose stored bytes begin at `stored[from]`.
  static byte[] decode(BlockFile file, FrameRef ref, byte[] stored, int from) {
    check(file, ref);
    int payload = ref.storedBytes() - OVERHEAD;
    int actual = BlockFormat.checksum(stored, from, 1 + payload);
    int expected = u32(stored, from + 1 + payload);
    if (actual != expected) {
      throw new WeirException.Corrupt(
          "%s: the checksum of %d bytes is %08x, expected %08x"
              .formatted(place(file, ref), 1 + payload, actual, expected));
    }
    return switch (stored[from]) {
      case NONE -> {
        if (payload != ref.rawBytes()) {
          throw wrongLength(file, ref, payload);
        }
        yield Arrays.copyOfRange(stored, from + 1, from + 1 + payload + SLACK);
      }
      case ZSTD -> decompress(file, ref, stored, from + 1, payload);
      default ->
          throw new WeirException.Corrupt(
              "%s: compression %d is not known; compressions are 0 and 1"
                  .formatted(place(file, ref), stored[from]));
    };
  }

  private static byte[] decompress(
      BlockFile file, FrameRef ref, byte[] stored, int from, int payload) {
    byte[] raw = new byte[ref.rawBytes() + SLACK];
    try {
      long length = Zstd.decompressByteArray(raw, 0, ref.rawBytes(), stored, from, payload);
      if (length != ref.rawBytes()) {
        throw wrongLength(file, ref, length);
      }
    } catch (ZstdException e) {
      throw new WeirException.Corrupt(
          "%s: the zstd payload of %d bytes does not decompress to %d: %s"
              .formatted(place(file, ref), payload, ref.rawBytes(), e.getMessage()),
          e);
    }
    return raw;
  }

  private static void check(BlockFile file, FrameRef ref) {
    if (ref.storedBytes() < OVERHEAD
        || ref.rawBytes() < 0
        || ref.rawBytes() > MAX_RAW_BYTES
        || ref.storedBytes() > Zstd.compressBound(MAX_RAW_BYTES)
        || ref.offset() < 0
        || ref.end() > file.sizeBytes()) {
      throw new WeirException.Corrupt(
          "%s: %d stored and %d raw bytes are not possible in a file of %d bytes"
              .formatted(place(file, ref), ref.storedBytes(), ref.rawBytes(), file.sizeBytes()));
    }
  }

  private static WeirException.Corrupt wrongLength(BlockFile file, FrameRef ref, long actual) {
    return new WeirException.Corrupt(
        "%s: the content is %d bytes, expected %d"
            .formatted(place(file, ref), actual, ref.rawBytes()));
  }

  private static int u32(byte[] bytes, int at) {
    return (bytes[at] & 0xff)
        | (bytes[at + 1] & 0xff) << 8
        | (bytes[at + 2] & 0xff) << 16
        | (bytes[at + 3] & 0xff) << 24;
  }
}
