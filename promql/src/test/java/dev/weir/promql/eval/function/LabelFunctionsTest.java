package dev.weir.promql.eval.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelFunctionsTest {
  private static final VectorSeries UP =
      VectorSeries.ofValues(
          Labels.of("__name__", "up", "instance", "web-1:9100"), new double[] {1});

  private static String replaced(String replacement, String regex) {
    return LabelFunctions.replace("host", replacement, "instance", regex)
        .apply(UP)
        .labels()
        .get("host");
  }

  @Test
  void capturedPartsStandInTheReplacement() {
    assertEquals("web-1", replaced("$1", "(.*):(.*)"));
    assertEquals("9100/web-1", replaced("$2/${1}", "(.*):(.*)"));
    assertEquals("web", replaced("${kind}", "(?P<kind>[a-z]+)-.*"));
    assertEquals("web", replaced("$kind", "(?P<kind>[a-z]+)-.*"));
    assertEquals("web-1:9100", replaced("$0", ".*"));
  }

  @Test
  void aDollarSignIsWrittenTwice() {
    assertEquals("$1", replaced("$$1", "(.*):(.*)"));
    assertEquals("5$", replaced("5$", ".*"));
    assertEquals("$ {1}", replaced("$ {1}", ".*"));
    assertEquals("${1", replaced("${1", ".*"));
  }

  @Test
  void partsThatAreNotThereAreEmpty() {
    assertEquals("", replaced("$7", "(.*)"));
    // `$1x` is the name "1x", not part 1 and an x.
    assertEquals("", replaced("$1x", "(.*)"));
    assertEquals("web-1:9100x", replaced("${1}x", "(.*)"));
  }

  @Test
  void anExpressionHasToMatchTheWholeValue() {
    assertEquals("", replaced("$1", "(web)"));
  }

  @Test
  void namesAreKeptByWhoSetsThem() {
    VectorSeries named =
        LabelFunctions.replace("__name__", "up2", "__name__", ".*").apply(UP.withDropName(true));
    assertEquals("up2", named.labels().metricName());
    assertFalse(named.dropName());
    VectorSeries other =
        LabelFunctions.replace("x", "y", "__name__", ".*").apply(UP.withDropName(true));
    assertTrue(other.dropName());
  }

  @Test
  void valuesAreJoinedInOrder() {
    Labels joined =
        LabelFunctions.join("both", "/", List.of("instance", "zone", "__name__"))
            .apply(UP)
            .labels();
    assertEquals("web-1:9100//up", joined.get("both"));
  }

  @Test
  void wrongArgumentsAreRefusedByName() {
    assertEquals(
        "invalid regular expression in label_replace(): (.*",
        assertThrows(
                WeirException.Unprocessable.class,
                () -> LabelFunctions.replace("host", "", "instance", "(.*"))
            .getMessage());
    assertEquals(
        "invalid destination label name in label_replace(): ",
        assertThrows(
                WeirException.Unprocessable.class,
                () -> LabelFunctions.replace("", "", "instance", ""))
            .getMessage());
    assertEquals(
        "invalid source label name in label_join(): ",
        assertThrows(
                WeirException.Unprocessable.class,
                () -> LabelFunctions.join("host", "", List.of("a", "")))
            .getMessage());
  }

  @Test
  void naturalOrderCountsNumbers() {
    assertTrue(NaturalOrder.compare("cpu2", "cpu10") < 0);
    assertTrue(NaturalOrder.compare("cpu10", "cpu2") > 0);
    assertTrue(NaturalOrder.compare("1.2.3", "1.11.3") < 0);
    assertTrue(NaturalOrder.compare("a", "ab") < 0);
    assertTrue(NaturalOrder.compare("a7", "a07") < 0);
    assertTrue(NaturalOrder.compare("9", "a") < 0);
    assertEquals(0, NaturalOrder.compare("host-12", "host-12"));
    assertTrue(NaturalOrder.compare("99999999999999999999998", "99999999999999999999999") < 0);
  }
}
