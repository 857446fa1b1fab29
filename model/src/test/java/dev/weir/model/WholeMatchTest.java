package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WholeMatchTest {
  private static String refusal(String regex) {
    return String.valueOf(
        assertThrows(WeirException.BadData.class, () -> WholeMatch.compile(regex)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "((a{1,1000}){1,1000}){1,1000} {1,1000}",
        "(x{1001}) {1001}",
        "(a{2}b{501}){2} {2}",
        "([^]{9}]{40}){26} {26}",
        "(\\x{10FFFF}{40}){26} {26}",
        "a{99999999999} {99999999999}",
      })
  void repetitionsInsideEachOtherMakeAtMostAThousandCopies(String regex, String blamed) {
    assertEquals(
        "error parsing regexp: invalid repeat count: `%s`".formatted(blamed), refusal(regex));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a{1000}",
        "(a{2}b{500}){2}",
        "(a{10}){100}",
        "[{2000}]",
        "\\Q{2000}\\E",
        "a{2,",
        "{",
        "a{x}",
        "\\{2000\\}",
        "[[:alpha:]{2000}]",
        "\\pL{3}",
        "(?i:a|b{3})*",
        "a{0}"
      })
  void othersAreTaken(String regex) {
    WholeMatch.checkSize(regex);
  }

  @Test
  void manyLargeRepetitionsOneAfterAnotherAreTooMuch() {
    assertTrue(
        refusal("[a-z]{1000}".repeat(2_000))
            .startsWith("error parsing regexp: expression too large"));
  }

  @Test
  void groupsInsideEachOtherAreBounded() {
    assertTrue(WholeMatch.compile("(".repeat(1_000) + "up" + ")".repeat(1_000)).matches("up"));
    assertTrue(
        refusal("(".repeat(1_001) + ")".repeat(1_001))
            .startsWith("error parsing regexp: expression nests too deeply"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x*", "(a?)", "(?:a+)", "(a{0,2})", "(x?){100}", "^", "\\b", "中.*|é.*|"})
  void whatTakesNoCharacterIsBoundedAsMatchersAreRecursive(String part) throws Exception {
    assertTrue(
        refusal(part.repeat(2_501)).startsWith("error parsing regexp: expression too large"));
    // As much as is let through fits on the stack of any thread.
    int times = 1;
    while (fits(part.repeat(times * 2))) {
      times *= 2;
    }
    String largest = part.repeat(times);
    boolean[] matched = {false};
    Thread small =
        new Thread(null, () -> matched[0] = WholeMatch.compile(largest).matches(""), "", 1 << 20);
    small.start();
    small.join();
    assertEquals(WholeMatch.compile(part).matches(""), matched[0]);
  }

  @Test
  void onlyOneBranchIsOnTheWay() {
    String addresses =
        IntStream.range(0, 2_000)
            .mapToObj("10\\.%d\\.(?:[0-9]{1,3})\\.[0-9]{1,3}"::formatted)
            .collect(Collectors.joining("|"));
    assertTrue(WholeMatch.compile(addresses).matches("10.1999.12.1"));
    WholeMatch.checkSize("(?i)(?:x)".repeat(5_000) + "[0-9a-f]{64}".repeat(100));
  }

  private static boolean fits(String regex) {
    try {
      WholeMatch.checkSize(regex);
      return true;
    } catch (WeirException.BadData _) {
      return false;
    }
  }

  @Test
  void aDashboardsListOfHostsFits() {
    String hosts =
        IntStream.range(0, 10_000)
            .mapToObj("host-%05d\\.example\\.com:9100"::formatted)
            .collect(Collectors.joining("|"));
    Matcher matcher = Matcher.regex("instance", hosts);
    assertTrue(matcher.matches("host-09999.example.com:9100"));
    assertFalse(matcher.matches("host-09999xexample.com:9100"));
  }

  @Property
  void measuringNeverFailsOtherwise(@ForAll String regex) {
    try {
      WholeMatch.compile(regex);
    } catch (WeirException.BadData e) {
      assertTrue(
          String.valueOf(e.getMessage()).startsWith("error parsing regexp: "), e.getMessage());
    }
  }
}
