package dev.weir.blocks.node;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A piece of a storage node's answer.
///
/// ```
/// Answer => Magic:u8[4] Version:u8 Frame*
/// Frame  => Type:u8 StoredLength:u32 RawLength:u32 Checksum:u32 Payload:u8[StoredLength]
/// ```
///
/// *Magic* is `WRSN`; *Version* is 1. *Payload* is compressed by zstd to *StoredLength* bytes,
/// unless both lengths are equal: then it is as it is. *Checksum* is the CRC-32C of type, lengths
/// and payload. Integers are little-endian.
///
/// | type | payload | stands |
/// |---|---|---|
/// | 1 GROUP | [GroupCodec], series | in an answer to select |
/// | 2 SAMPLES | [GroupCodec], samples | after each GROUP, unless series alone were asked for |
/// | 3 ITEMS | [AnswerCodec], texts or labels | in a listing, any number of times |
/// | 4 STATUS | [AnswerCodec], status | in an answer to status |
/// | 5 END | [AnswerCodec], completeness | last, if all went well |
/// | 6 FAILURE | [AnswerCodec], kind and message | last, if not |
/// | 7 EXEMPLARS | [ExemplarCodec] | in an answer to exemplars, any number of times |
///
/// An answer without END or FAILURE was cut short.
///
/// Example: an answer that nothing matches, complete to 1 ms (payload `02 00 00`): `57 52 53 4e 01`
/// `05 03 00 00 00 03 00 00 00` checksum `02 00 00`.
///
/// Version 1 is the first version.
///
/// @param stored the payload as it travels
/// @param rawLength its length before compression
record Frame(Type type, byte[] stored, int rawLength) {
  static final int VERSION = 1;

  private static final byte[] START = {'W', 'R', 'S', 'N', VERSION};
  private static final int HEADER_BYTES = 13;

  /// Below this, compressing costs more than it saves.
  private static final int MIN_COMPRESSED = 128;

  /// Speed over size: sender and reader are in one data centre.
  private static final int COMPRESSION_LEVEL = 1;

  enum Type {
    GROUP(1),
    SAMPLES(2),
    ITEMS(3),
    STATUS(4),
    END(5),
    FAILURE(6),
    EXEMPLARS(7);

    private static final Type[] ALL = values();

    private final int code;

    Type(int code) {
      this.code = code;
    }

    static Type ofCode(int code) {
      if (code < 1 || code > ALL.length) {
        throw new WeirException.Corrupt(
            "storage node answer: frame type %d is not one of 1 to %d".formatted(code, ALL.length));
      }
      return ALL[code - 1];
    }
  }

  static Frame of(Type type, ByteWriter payload) {
    byte[] raw = payload.toByteArray();
    if (raw.length >= MIN_COMPRESSED) {
      byte[] compressed = Zstd.compress(raw, COMPRESSION_LEVEL);
      if (compressed.length < raw.length) {
        return new Frame(type, compressed, raw.length);
      }
    }
    return new Frame(type, raw, raw.length);
  }

  static void writeStart(OutputStream out) throws IOException {
    out.write(START);
  }

  void write(OutputStream out) throws IOException {
    out.write(header().writeU32(checksum()).array(), 0, HEADER_BYTES);
    out.write(stored);
  }

  private ByteWriter header() {
    ByteWriter header = new ByteWriter(HEADER_BYTES);
    return header.writeByte(type.code).writeU32(stored.length).writeU32(rawLength);
  }

  private int checksum() {
    ByteWriter header = header();
    CRC32C crc = new CRC32C();
    crc.update(header.array(), 0, header.length());
    crc.update(stored, 0, stored.length);
    return (int) crc.getValue();
  }

  /// Checks the bytes before the first frame.
  static void readStart(InputStream in) throws IOException {
    byte[] start = in.readNBytes(START.length);
    if (start.length < START.length) {
      throw cutShort();
    }
    for (int i = 0; i < START.length - 1; i++) {
      if (start[i] != START[i]) {
        throw new WeirException.Corrupt(
            "storage node answer, byte %d: found 0x%02x, expected 0x%02x of \"WRSN\"; is this the"
                    .formatted(i, start[i], START[i])
                + " address of a storage node?");
      }
    }
    if (start[START.length - 1] != VERSION) {
      throw new WeirException.Corrupt(
          "storage node answer: version %d is not known; this program reads version %d"
              .formatted(start[START.length - 1], VERSION));
    }
  }

  /// The next frame; null at the end of the stream.
  static @Nullable Frame read(InputStream in, NodeLimits limits) throws IOException {
    byte[] header = in.readNBytes(HEADER_BYTES);
    if (header.length == 0) {
      return null;
    }
    if (header.length < HEADER_BYTES) {
      throw cutShort();
    }
    ByteReader reader = new ByteReader(header, "storage node answer, frame header");
    Type type = Type.ofCode(reader.readByte());
    long storedLength = Integer.toUnsignedLong(reader.readU32());
    long rawLength = Integer.toUnsignedLong(reader.readU32());
    int expected = reader.readU32();
    if (storedLength > rawLength || rawLength > limits.maxFrameBytes()) {
      throw new WeirException.LimitExceeded(
          "storage node answer: a %s frame has %d bytes, %d uncompressed; at most %d are read"
              .formatted(type, storedLength, rawLength, limits.maxFrameBytes()));
    }
    byte[] stored = in.readNBytes((int) storedLength);
    if (stored.length < storedLength) {
      throw cutShort();
    }
    Frame frame = new Frame(type, stored, (int) rawLength);
    if (frame.checksum() != expected) {
      throw new WeirException.Corrupt(
          "storage node answer: checksum of a %s frame is %08x, expected %08x"
              .formatted(type, frame.checksum(), expected));
    }
    return frame;
  }

  static WeirException cutShort() {
    return new WeirException.Unavailable(
        "the storage node's answer was cut short; the node may have stopped");
  }

  ByteReader payload() {
    String source = "storage node answer, %s frame".formatted(type);
    if (stored.length == rawLength) {
      return new ByteReader(stored, source);
    }
    byte[] raw = new byte[rawLength];
    try {
      long length = Zstd.decompressByteArray(raw, 0, rawLength, stored, 0, stored.length);
      if (length != rawLength) {
        throw new WeirException.Corrupt(
            "%s: %d bytes uncompressed, expected %d".formatted(source, length, rawLength));
      }
    } catch (ZstdException e) {
      throw new WeirException.Corrupt(source + ": " + e.getMessage(), e);
    }
    return new ByteReader(raw, source);
  }
}
