package dev.weir.blocks.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.store.BlockFile;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every version of the block file keeps, however it was written: it gives back what was put
/// in, to the bit; and whatever happens to its bytes, a reader gets the right data or an error that
/// names the file and the place, and never anything else.
abstract class BlockContract {
  private static final String NAME = "contract.block";

  /// No reading of a small block takes a thousandth of it.
  private static final Duration ENDLESS = Duration.ofMinutes(3);

  @TempDir Path directory;
  private byte[] intact = {};

  /// A block with the content of [ContractContent].
  abstract byte[] write(Path scratch) throws IOException;

  abstract int version();

  /// Whose content it has.
  List<Tenant> tenants() {
    return List.of(Tenant.DEFAULT, ContractContent.OTHER);
  }

  /// Whether its version has exemplars.
  boolean hasExemplars() {
    return version() >= BlockFormat.FIRST_WITH_EXEMPLARS;
  }

  /// Whether it is the end of a chain.
  boolean hasLayouts() {
    return true;
  }

  @BeforeEach
  void writeABlock() throws IOException {
    intact = write(directory);
  }

  static BlockReader open(byte[] bytes) {
    BlockFile file =
        new BlockFile() {
          @Override
          public String name() {
            return NAME;
          }

          @Override
          public long sizeBytes() {
            return bytes.length;
          }

          @Override
          public byte[] read(long offset, int length) {
            if (offset < 0 || length < 0 || offset + length > bytes.length) {
              throw new WeirException.Corrupt(
                  "%s, offset %d: %d bytes are not there".formatted(NAME, offset, length));
            }
            return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
          }
        };
    return BlockReader.open(file, new BlockCache(1 << 20));
  }

  private String read(byte[] bytes) {
    return ContractContent.read(open(bytes), tenants());
  }

  private String expected() {
    return ContractContent.expected(tenants(), hasLayouts(), hasExemplars());
  }

  @Test
  void isOfItsVersion() {
    assertEquals(version(), intact[intact.length - BlockFormat.FOOTER_BYTES + 16]);
    assertEquals(version(), intact[8]);
  }

  @Test
  void givesBackWhatWasPutIn() {
    assertEquals("", ContractContent.difference(expected(), read(intact)));
    assertEquals(List.of(), open(intact).verify());
  }

  @Test
  void everyFlippedByteGivesTheRightDataOrAnErrorThatNamesThePlace() {
    String expected = expected();
    int errors =
        assertTimeoutPreemptively(
            ENDLESS,
            () -> {
              int found = 0;
              for (int at = 0; at < intact.length; at++) {
                byte[] bytes = intact.clone();
                bytes[at] ^= (byte) FLIPS[at % FLIPS.length];
                found += isRefused(bytes, expected, at) ? 1 : 0;
              }
              return found;
            });
    // The header is not needed to read the rest, nor are the exemplars that early versions had, and
    // no reader has.
    assertTrue(errors < intact.length, () -> errors + " errors");
    assertTrue(
        errors >= intact.length - BlockFormat.HEADER_BYTES - unknownBytes(),
        () -> "%d errors in %d bytes".formatted(errors, intact.length));
  }

  private static final int[] FLIPS = {0xff, 0x01, 0x80, 0x10, 0x04};

  private boolean isRefused(byte[] bytes, String expected, int at) {
    try {
      assertEquals("", ContractContent.difference(expected, read(bytes)), "byte " + at);
      return false;
    } catch (WeirException.Corrupt e) {
      assertTrue(e.getMessage().contains(NAME), e.getMessage());
      assertTrue(e.getMessage().contains("offset"), e.getMessage());
      return true;
    }
  }

  private int unknownBytes() {
    int bytes = 0;
    for (Section section : open(intact).sections()) {
      for (Region region : section.root().regions().unknown()) {
        for (int frame = 0; frame < region.frameCount(); frame++) {
          bytes += region.frame(frame).storedBytes();
        }
      }
    }
    return bytes;
  }

  @Test
  void everyFlippedByteIsFoundByVerifying() {
    assertTimeoutPreemptively(
        ENDLESS,
        () -> {
          for (int at = 0; at < intact.length; at++) {
            byte[] bytes = intact.clone();
            bytes[at] ^= (byte) FLIPS[(at + 1) % FLIPS.length];
            List<WeirException.Corrupt> problems;
            try {
              problems = open(bytes).verify();
            } catch (WeirException.Corrupt e) {
              problems = List.of(e);
            }
            assertFalse(problems.isEmpty(), "byte " + at);
          }
        });
  }

  @Test
  void everyFileThatIsCutShortIsRefused() {
    for (int length = 0; length < intact.length; length++) {
      byte[] cut = Arrays.copyOf(intact, length);
      WeirException.Corrupt e = assertThrows(WeirException.Corrupt.class, () -> open(cut));
      assertTrue(e.getMessage().startsWith(NAME), e.getMessage());
    }
  }

  @Test
  void aFileThatGrewIsRefused() {
    byte[] grown = Arrays.copyOf(intact, intact.length + 1);
    assertThrows(WeirException.Corrupt.class, () -> open(grown));
  }

  @Test
  void damageInOneFrameLeavesTheRestReadable() {
    if (tenants().size() > 1) {
      Region values = open(intact).sections().getFirst().root().region(0, RegionKind.VALUES);
      byte[] bytes = intact.clone();
      bytes[(int) values.frame(0).offset() + 3] ^= 0x40;
      WeirException.Corrupt e = assertThrows(WeirException.Corrupt.class, () -> read(bytes));
      assertTrue(
          e.getMessage()
              .startsWith(
                  "%s, frame at offset %d: the checksum of "
                      .formatted(NAME, values.frame(0).offset())),
          e.getMessage());
      List<Tenant> spared = List.of(tenants().getLast());
      assertEquals(
          ContractContent.read(open(intact), spared), ContractContent.read(open(bytes), spared));
      assertEquals(1, open(bytes).verify().size());
    }
  }

  @Test
  void anUnknownVersionIsRefusedByItsNumber() {
    for (int version : new int[] {0, BlockFormat.VERSION + 1}) {
      byte[] bytes = intact.clone();
      int at = intact.length - BlockFormat.FOOTER_BYTES + 16;
      bytes[at] = (byte) version;
      int checksum = BlockFormat.checksum(bytes, at - 16, 20);
      for (int i = 0; i < 4; i++) {
        bytes[at + 4 + i] = (byte) (checksum >>> (8 * i));
      }
      WeirException.Corrupt e = assertThrows(WeirException.Corrupt.class, () -> open(bytes));
      assertTrue(
          e.getMessage()
              .contains(
                  "format version %d is not known, this program reads versions 1 to 3;"
                      .formatted(version)),
          e.getMessage());
    }
  }
}
