package dev.weir.standalone.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeaturesTest {
  @Test
  void everyFeatureOfTheLanguageHasItsFlag() {
    Features features =
        new Features(
            Set.of(
                "promql-experimental-functions",
                "promql-extended-range-selectors",
                "promql-binop-fill-modifiers",
                "promql-delayed-name-removal",
                "type-and-unit-labels",
                "use-start-timestamps"));

    assertEquals(ParserOptions.EXPERIMENTAL, features.language());
    EngineSettings engine = features.applyTo(EngineSettings.DEFAULT);
    assertTrue(engine.delayedNameRemoval());
    assertTrue(engine.typeAndUnitLabels());
    assertTrue(engine.startTimestamps());
    assertEquals(List.of(), features.unknown());
  }

  @Test
  void withoutFlagsNothingIsSwitchedOn() {
    assertEquals(ParserOptions.DEFAULT, Features.NONE.language());
    assertEquals(EngineSettings.DEFAULT, Features.NONE.applyTo(EngineSettings.DEFAULT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "promql-duration-expr",
        "native-histograms",
        "promql-at-modifier",
        "promql-negative-offset"
      })
  void whatHasBecomeStableIsTakenAndChangesNothing(String name) {
    Features features = new Features(Set.of(name));

    assertEquals(List.of(), features.unknown());
    assertEquals(ParserOptions.DEFAULT, features.language());
  }

  @Test
  void othersAreNamed() {
    Features features = new Features(Set.of("promql-magic", "agent", "extra-scrape-metrics"));

    assertEquals(List.of("agent", "promql-magic"), features.unknown());
    assertFalse(features.language().experimentalFunctions());
  }
}
