package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MatcherTest {
  @Test
  void regularExpressionsMatchTheWholeValue() {
    assertTrue(Matcher.regex("job", "node.*").matches("node-exporter"));
    assertFalse(Matcher.regex("job", "node").matches("node-exporter"));
    assertTrue(Matcher.notRegex("job", "node").matches("node-exporter"));
    assertTrue(Matcher.regex("note", "a.b").matches("a\nb"));
  }

  @Test
  void aLabelThatIsNotThereHasTheEmptyValue() {
    assertTrue(Matcher.equal("zone", "").matchesEmpty());
    assertTrue(Matcher.regex("zone", ".*").matchesEmpty());
    assertTrue(Matcher.notEqual("zone", "eu").matchesEmpty());
    assertFalse(Matcher.regex("zone", ".+").matchesEmpty());
  }

  @Test
  void alternationsOfPlainTextAreLookedUp() {
    assertEquals(Optional.of(Set.of("a", "b")), Matcher.regex("job", "a|b").literals());
    assertEquals(Optional.of(Set.of("a", "b")), Matcher.regex("job", "(a|b)").literals());
    assertEquals(Optional.of(Set.of("")), Matcher.regex("job", "").literals());
    assertEquals(Optional.empty(), Matcher.regex("job", "(a)|(b)").literals());
    assertEquals(Optional.empty(), Matcher.regex("job", "(?i:a)").literals());
    assertTrue(Matcher.regex("job", "(a|b)").matches("b"));
    assertTrue(Matcher.regex("job", "(a)|(b)").matches("b"));
  }

  @Test
  void refusesWhatIsNoRegularExpression() {
    WeirException.BadData error =
        assertThrows(WeirException.BadData.class, () -> Matcher.regex("job", "a("));
    assertTrue(error.getMessage().contains("error parsing regexp: missing closing )"));
  }
}
