package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LabelsTest {
  @Test
  void areEqualWhateverTheOrderTheyCameIn() {
    Labels labels = Labels.of("__name__", "up", "job", "node", "instance", "a:9100");
    Labels shuffled = Labels.of("instance", "a:9100", "__name__", "up", "job", "node");

    assertEquals(labels, shuffled);
    assertEquals(labels.hashCode(), shuffled.hashCode());
    assertEquals(labels.hash128(), shuffled.hash128());
    assertEquals("up{instance=\"a:9100\", job=\"node\"}", labels.toString());
  }

  @Test
  void doNotHoldEmptyValues() {
    assertEquals(Labels.of("job", "node"), Labels.of("job", "node", "zone", ""));
    assertEquals("", Labels.of("job", "node").get("zone"));
    assertEquals(Labels.EMPTY, Labels.of("job", "node").with("job", ""));
  }

  @Test
  void refuseANameThatStandsTwice() {
    WeirException.BadData error =
        assertThrows(WeirException.BadData.class, () -> Labels.of("job", "node", "job", "api"));
    assertEquals("label \"job\" stands twice, as \"node\" and as \"api\"", error.getMessage());
  }

  @Test
  void refuseStoredPairsThatAreNotSorted() {
    assertThrows(
        WeirException.Corrupt.class,
        () -> Labels.ofSortedPairs(new String[] {"job", "node", "instance", "a"}));
    assertThrows(WeirException.Corrupt.class, () -> Labels.ofSortedPairs(new String[] {"job", ""}));
  }

  @Test
  void keepAndDropByName() {
    Labels labels = Labels.of("__name__", "up", "job", "node", "instance", "a:9100");

    assertEquals(Labels.of("job", "node"), labels.keep("job"::equals));
    assertEquals(Labels.of("job", "node", "instance", "a:9100"), labels.without(Labels.NAME));
    assertEquals(Labels.of("__name__", "up"), labels.without(List.of("job", "instance")));
  }

  @Test
  void hashOfGroupingLeavesOutNameAndBucket() {
    Labels bucket = Labels.of("__name__", "http_seconds_bucket", "le", "0.5", "job", "api");
    Labels count = Labels.of("__name__", "http_seconds_count", "job", "api");

    assertEquals(bucket.groupingHash(), count.groupingHash());
    assertNotEquals(count.groupingHash(), count.with("job", "node").groupingHash());
  }

  /// The value is that of the reference program: `printf 'job\xffnode\xff' | xxh128sum`.
  @Test
  void hashIsThatOfTheDocumentedBytes() {
    byte[] canonical = "job\u00ffnode\u00ff".getBytes(StandardCharsets.ISO_8859_1);

    assertEquals(Hash128.of(canonical), Labels.of("job", "node").hash128());
    assertEquals("99aa06d3014798d86001c324468d497f", Hash128.of(new byte[0]).toString());
  }

  @Property
  void textIsOrderedByCodePointAsUtf8BytesAre(@ForAll String a, @ForAll String b) {
    byte[] left = a.getBytes(StandardCharsets.UTF_8);
    byte[] right = b.getBytes(StandardCharsets.UTF_8);
    // An unpaired surrogate has no UTF-8 form; only text that survives the round trip is compared.
    if (new String(left, StandardCharsets.UTF_8).equals(a)
        && new String(right, StandardCharsets.UTF_8).equals(b)) {
      assertEquals(
          Integer.signum(Arrays.compareUnsigned(left, right)),
          Integer.signum(Labels.compareText(a, b)));
    }
  }

  @Test
  void orderPutsSupplementaryCharactersLast() {
    assertTrue(Labels.compareText("\uff5e", "\ud83d\ude00") < 0);
    assertTrue(Labels.compareText("\ud83d\ude00", "\uff5e") > 0);
  }

  @Property
  void builderGivesBackWhatItWasGiven(@ForAll Map<String, String> pairs) {
    Labels labels = Labels.of(pairs);

    assertEquals(labels, labels.toBuilder().build());
    assertEquals(labels, Labels.of(labels.toMap()));
    pairs.forEach((name, value) -> assertEquals(value, labels.get(name)));
    assertFalse(labels.toMap().containsValue(""));
  }

  @Test
  void namesOutsideTheClassicAlphabetAreQuoted() {
    assertEquals(
        "{\"http.requests\", \"cluster.name\"=\"a\\nb\"}",
        Labels.of("__name__", "http.requests", "cluster.name", "a\nb").toString());
  }

  @Test
  void sharedTextsAreOneObjectUnlessTheyAreLong() {
    String longText = "x".repeat(257);
    Labels one = Labels.of("pod", new String("api-1"), "comment", longText).withSharedTexts();
    Labels other = Labels.of("pod", new String("api-1"), "job", new String("api-1"));
    assertEquals("api-1", one.get("pod"));
    assertSame(one.get("pod"), other.withSharedTexts().get("job"));
    assertSame(longText, one.get("comment"));
    assertEquals(other, other.withSharedTexts());
  }
}
