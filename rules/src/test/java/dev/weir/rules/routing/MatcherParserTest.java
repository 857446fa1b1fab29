package dev.weir.rules.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.Matcher;
import dev.weir.model.WeirException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatcherParserTest {

  private static String parsed(String text) {
    return new RouteMatchers(MatcherParser.parse(text)).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "severity=page                    | {severity=\"page\"}",
        "severity = \"page\"              | {severity=\"page\"}",
        "{severity=\"page\"}              | {severity=\"page\"}",
        "{ severity = page , }            | {severity=\"page\"}",
        "{}                               | {}",
        "^ ^                              | {}",
        "cluster!=eu-1, severity=~\"p.*\" | {cluster!=\"eu-1\",severity=~\"p.*\"}",
        "severity!~warn                   | {severity!~\"warn\"}",
        "\"größe in m\"=\"1\"             | {\"größe in m\"=\"1\"}",
        "größe=zwölf                      | {größe=\"zwölf\"}",
        "path=C:\\temp                    | {path=\"C:\\\\temp\"}",
        "path=\"C:\\\\temp\"              | {path=\"C:\\\\temp\"}",
        "note=\"a\\nb\"                   | {note=\"a\\nb\"}",
        "note=\"say \\\"hi\\\"\"          | {note=\"say \\\"hi\\\"\"}",
        "foo=\"\"                         | {foo=\"\"}",
        "b=1,a=2,a=1                      | {a=\"1\",a=\"2\",b=\"1\"}",
      })
  void readsWhatAlertmanagerReads(String text, String expected) {
    assertEquals(expected, parsed(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "severity        | matchers \"severity\": it ends where an operator (=, !=, =~ or !~) is expected; write name=\"value\", with !=, =~ or !~ for =",
        "severity=       | matchers \"severity=\": it ends where a value is expected; write name=\"value\", with !=, =~ or !~ for =",
        "=page           | matchers \"=page\": found \"=\" at character 1 where a label's name is expected; write name=\"value\", with !=, =~ or !~ for =",
        "a=b c           | matchers \"a=b c\": found \"c\" at character 5 where a comma or nothing more is expected; write name=\"value\", with !=, =~ or !~ for =",
        "{a=b            | matchers \"{a=b\": it ends where a comma or a closing brace is expected; write name=\"value\", with !=, =~ or !~ for =",
        "a=b}            | matchers \"a=b}\": found \"}\" at character 4 where a comma or nothing more is expected; write name=\"value\", with !=, =~ or !~ for =",
        "a=\"b           | matchers \"a=\\\"b\": the quote at character 3 is not closed; add a \"",
        "a=~\"(\"        | error parsing regexp: missing closing ): `^(?s:()$`",
      })
  void saysWhatIsWrong(String text, String expected) {
    assertEquals(
        expected,
        assertThrows(WeirException.BadData.class, () -> MatcherParser.parse(text)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "note=two words                  | {note=\"two words\"}",
        "note=                           | {note=\"\"}",
        "path=\"C:\\temp\\dir\"          | {path=\"C:\\\\temp\\\\dir\"}",
        "a={x},b=!y                      | {a=\"{x}\",b=\"!y\"}",
        "a=\"x,y\",b=z                   | {a=\"x,y\",b=\"z\"}",
      })
  void theClassicParserTakesMore(String text, String expected) {
    assertEquals(expected, new RouteMatchers(ClassicMatcherParser.parse(text)).toString());
  }

  @Test
  void theClassicParserRefusesALoneQuote() {
    assertEquals(
        "matcher \"note=a\\\"b\" has a lone quote in its value; write it as \\\"",
        assertThrows(WeirException.BadData.class, () -> ClassicMatcherParser.parse("note=a\"b"))
            .getMessage());
  }

  @Property
  void whatIsPrintedIsReadAgain(@ForAll @From("matchers") List<Matcher> matchers) {
    RouteMatchers route = new RouteMatchers(matchers);
    assertEquals(route, new RouteMatchers(MatcherParser.parse(route.toString())));
  }

  @Provide
  static Arbitrary<List<Matcher>> matchers() {
    Arbitrary<String> names = Arbitraries.of("severity", "größe", "a b", "x\"y", "job", "a\\b");
    Arbitrary<String> values = Arbitraries.strings().withChars("ab\"\\\n{}=~,! 'ö`").ofMaxLength(8);
    return Combinators.combine(
            Arbitraries.of(Matcher.Type.EQUAL, Matcher.Type.NOT_EQUAL), names, values)
        .as(Matcher::of)
        .list()
        .ofMaxSize(4);
  }
}
