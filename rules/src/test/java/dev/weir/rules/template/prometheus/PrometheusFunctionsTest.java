package dev.weir.rules.template.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import dev.weir.rules.template.TemplateException;
import dev.weir.rules.template.TemplateLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What Prometheus 3 has and older versions have not, and what depends on the surroundings.
class PrometheusFunctionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '~',
      value = {
        "{{ externalURL }} {{ pathPrefix }} => http://prom.example.com:9090/p /p",
        "{{ now }} {{ now | humanizeTimestamp }} => 60 1970-01-01 00:01:00 +0000 UTC",
        "{{ toDuration 90 }} {{ (toDuration \"0.25\").Milliseconds }} => 1m30s 250",
        "{{ toDuration 3661.5 }} {{ toDuration 0.0000015 }} {{ toDuration -1 }} => 1h1m1.5s 1.5µs -1s",
        "{{ toDuration 90 | humanizeDuration }} => 1m 30s",
        "{{ urlQueryEscape \"a b&c=d/é\" }} => a+b%26c%3Dd%2F%C3%A9",
        "{{ title \"don't STOP 3rd a.b x-y\" }} => Don't STOP 3rd A.b X-Y",
        "{{ range $i := 3 }}{{ $i }}{{ end }} => 012",
        "{{ ((toTime 0).Add (toDuration 3600)).Format \"15:04\" }} => 01:00",
        "{{ ((toTime 60).Sub (toTime 0)).Seconds }} => 60",
      })
  void comesTo(String template, String result) throws TemplateException {
    assertEquals(result, Expansions.expand(template));
  }

  @Test
  void aFailingQueryFailsTheTemplateAndNotTheAlert() throws TemplateException {
    TemplateContext context =
        new TemplateContext(
            0,
            _ -> {
              throw new WeirException.BadData("1:4: parse error: unexpected end of input");
            },
            "");
    String text =
        AlertTemplate.parse("Down", "{{ query \"up{\" }}")
            .expand(Expansions.DATA, PrometheusFunctions.of(context), TemplateLimits.DEFAULT);
    assertEquals(
        "<error expanding template: error executing template __alert_Down: template: __alert_Down:"
            + "1:3: executing \"__alert_Down\" at <query \"up{\">: error calling query: 1:4: parse"
            + " error: unexpected end of input>",
        text);
  }

  @Test
  void refusesAnUnknownFunctionByNameAndPosition() {
    TemplateException refused =
        assertThrows(
            TemplateException.class, () -> AlertTemplate.parse("A", "x\n{{ humanise $value }}"));
    assertEquals("function \"humanise\" not defined", refused.problem());
    assertEquals(5, refused.offset());
    assertTrue(refused.getMessage().startsWith("template: __alert_A:2: "), refused::getMessage);
  }
}
