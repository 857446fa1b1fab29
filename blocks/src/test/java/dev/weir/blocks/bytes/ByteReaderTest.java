package dev.weir.blocks.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.WeirException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ByteReaderTest {
  private static ByteReader reader(int... bytes) {
    byte[] array = new byte[bytes.length];
    for (int i = 0; i < array.length; i++) {
      array[i] = (byte) bytes[i];
    }
    return new ByteReader(array, "block a, frame at offset 16");
  }

  @Property
  void whatIsWrittenIsRead(@ForAll long value, @ForAll int small, @ForAll String text) {
    String valid =
        new String(
            text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
            java.nio.charset.StandardCharsets.UTF_8);
    ByteWriter out = new ByteWriter();
    out.writeUvarint(value).writeVarint(value).writeU64(value).writeU32(small).writeText(valid);
    assertEquals(
        ByteWriter.uvarintLength(value) + ByteWriter.varintLength(value) + 12,
        out.length()
            - ByteWriter.uvarintLength(ByteWriter.utf8(valid).length)
            - ByteWriter.utf8(valid).length);
    ByteReader in = new ByteReader(out.toByteArray(), "test");
    assertEquals(value, in.readUvarint());
    assertEquals(value, in.readVarint());
    assertEquals(value, in.readU64());
    assertEquals(small, in.readU32());
    assertEquals(valid, in.readText());
    in.expectEnd();
  }

  private static void assertCorrupt(
      String message, org.junit.jupiter.api.function.Executable read) {
    assertEquals(message, assertThrows(WeirException.Corrupt.class, read).getMessage());
  }

  @Test
  void everyComplaintNamesThePlace() {
    assertCorrupt(
        "block a, frame at offset 16, byte 0 of 2: a u32 needs 4 bytes, 2 are left",
        () -> reader(1, 2).readU32());
    assertCorrupt(
        "block a, frame at offset 16, byte 1 of 1: a varint needs 1 bytes, 0 are left",
        () -> reader(0x80).readUvarint());
    assertCorrupt(
        "block a, frame at offset 16, byte 10 of 11: a varint has more than 64 bits",
        () -> reader(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2, 0).readUvarint());
    assertCorrupt(
        "block a, frame at offset 16, byte 1 of 1: number of dogs is 7; at most 6 is right",
        () -> reader(7).readCount("number of dogs", 6));
    assertCorrupt(
        "block a, frame at offset 16, byte 1 of 3: a text is not UTF-8",
        () -> reader(2, 0xc3, 0x28).readText());
    assertCorrupt(
        "block a, frame at offset 16, byte 0 of 2: 2 bytes are left over after the last field",
        () -> reader(1, 2).expectEnd());
  }

  @Test
  void aNegativeCountIsRefused() {
    assertThrows(
        WeirException.Corrupt.class,
        () ->
            reader(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1)
                .readCount("anything", Long.MAX_VALUE));
  }

  @Test
  void theReplacementCharacterIsText() {
    ByteWriter out = new ByteWriter().writeText("a\ufffdb");
    assertEquals("a\ufffdb", new ByteReader(out.toByteArray(), "test").readText());
  }

  @Test
  void halfASurrogatePairIsRefusedWhenItIsWritten() {
    assertThrows(WeirException.BadData.class, () -> new ByteWriter().writeText("a\ud83d"));
    assertThrows(WeirException.BadData.class, () -> new ByteWriter().writeText("\ude00a"));
  }
}
