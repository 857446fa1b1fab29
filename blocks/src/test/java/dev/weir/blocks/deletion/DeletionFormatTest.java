package dev.weir.blocks.deletion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.store.DeletionName;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeletionFormatTest {
  private static final Deletion DELETION =
      new Deletion(
          new DeletionName(new Tenant("team-a"), 1_772_366_400_000L, 0x9e3779b97f4a7c15L),
          List.of(
              List.of(
                  Matcher.equal("__name__", "http_requests_total"),
                  Matcher.notEqual("job", "api"),
                  Matcher.regex("instance", "db-.*"),
                  Matcher.notRegex("zone", "eu-[12]")),
              List.of(Matcher.equal("job", "batch"))),
          TimeRange.ALL,
          List.of(
              new Deletion.Cut("weir.samples", 0, 12_345),
              new Deletion.Cut("weir.recorded", 3, Long.MAX_VALUE)),
          List.of("imports/team-a/0123456789abcdef0123456789abcdef/00000.block"));

  @Test
  void whatIsWrittenIsRead() {
    assertEquals(DELETION, DeletionFormat.read(DELETION.name(), DeletionFormat.write(DELETION)));
  }

  @Test
  void theExample() {
    Deletion up =
        new Deletion(
            new DeletionName(new Tenant("a"), 7, 9),
            List.of(List.of(Matcher.equal("__name__", "up"))),
            new TimeRange(1, 2),
            List.of(new Deletion.Cut("s", 0, 3)),
            List.of());
    byte[] bytes = DeletionFormat.write(up);
    assertEquals(
        "5745495244454c0a01"
            + "0161"
            + "01010008"
            + "5f5f6e616d655f5f"
            + "027570"
            + "0204"
            + "0101730003"
            + "00",
        HexFormat.of().formatHex(bytes, 0, bytes.length - 4));
    assertEquals("deletions/a/00000000000000000007-0000000000000009.deletion", up.name().path());
    assertEquals(Optional.of(up.name()), DeletionName.parse(up.name().path()));
  }

  @Test
  void everyChangedByteAndEveryMissingOneIsNoticed() {
    byte[] bytes = DeletionFormat.write(DELETION);
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 0x10;
      WeirException.Corrupt e =
          assertThrows(
              WeirException.Corrupt.class, () -> DeletionFormat.read(DELETION.name(), changed));
      assertTrue(e.getMessage().startsWith(DELETION.name().path()), e.getMessage());
    }
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(WeirException.Corrupt.class, () -> DeletionFormat.read(DELETION.name(), cut));
    }
    assertArrayEquals(bytes, DeletionFormat.write(DELETION));
  }

  @Test
  void theDeletionOfAnotherTenantIsRefused() {
    DeletionName moved = new DeletionName(new Tenant("team-b"), 1_772_366_400_000L, 1);
    WeirException.Corrupt e =
        assertThrows(
            WeirException.Corrupt.class,
            () -> DeletionFormat.read(moved, DeletionFormat.write(DELETION)));
    assertTrue(e.getMessage().contains("of tenant team-a; it was moved"), e.getMessage());
  }

  @Test
  void otherNamesAreNoDeletions() {
    for (String name :
        List.of(
            "deletions/a/7-0000000000000009.deletion",
            "deletions/a/00000000000000000007-0000000000000009.clean",
            "deletions/a b/00000000000000000007-0000000000000009.deletion",
            "deletions/a/99999999999999999999-0000000000000009.deletion",
            "chain/weir.samples/00003/00000000000000012345.block")) {
      assertEquals(Optional.empty(), DeletionName.parse(name), name);
    }
  }
}
