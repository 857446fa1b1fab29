package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotedTextTest {
  @Test
  void readsAllThreeQuotes() {
    assertEquals("it's", QuotedText.unquote("\"it's\""));
    assertEquals("say \"hi\"", QuotedText.unquote("'say \"hi\"'"));
    assertEquals("C:\\new\n", QuotedText.unquote("`C:\\new\n`"));
    assertEquals("", QuotedText.unquote("''"));
  }

  @Test
  void readsGosEscapes() {
    assertEquals(
        "\u0007\b\f\n\r\t\u000b\\\"", QuotedText.unquote("\"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\""));
    assertEquals("é", QuotedText.unquote("\"\\u00e9\""));
    assertEquals("😀", QuotedText.unquote("\"\\U0001f600\""));
  }

  @Test
  void joinsByteEscapesToCharacters() {
    assertEquals("éA", QuotedText.unquote("\"\\xc3\\xa9\\101\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "job",
        "\"",
        "\"job",
        "'job\"",
        "\"a\"b\"",
        "\"\\'\"",
        "\"\\q\"",
        "\"\\x1\"",
        "\"\\400\"",
        "\"\\ud800\"",
        "\"\\U00110000\"",
        "\"\\UFFFFFFFF\"",
        "\"\\\"",
        "\"a\nb\"",
        "`a`b`"
      })
  void refusesWhatGoRefuses(String text) {
    assertThrows(WeirException.BadData.class, () -> QuotedText.unquote(text));
  }

  @Property
  void undoesQuoting(@ForAll String text) {
    String wellFormed = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    assertEquals(wellFormed, QuotedText.unquote(LabelText.quote(wellFormed)));
  }
}
