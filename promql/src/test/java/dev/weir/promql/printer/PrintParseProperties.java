package dev.weir.promql.printer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.parser.Queries;
import dev.weir.promql.parser.SourceFree;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PrintParseProperties {
  private static final PromqlParser PARSER = new PromqlParser(ParserOptions.EXPERIMENTAL);

  @Provide
  Arbitrary<String> queries() {
    return Queries.any();
  }

  @Property(tries = 300)
  void whatIsPrintedParsesToTheSameTree(@ForAll("queries") String query) {
    Expr expr = PARSER.parse(query);
    String printed = PromqlPrinter.print(expr);
    assertEquals(SourceFree.of(expr), SourceFree.of(PARSER.parse(printed)), printed);
    assertEquals(printed, PromqlPrinter.print(PARSER.parse(printed)));
  }

  @Property(tries = 300)
  void whatIsPrintedOverSeveralLinesParsesToTheSameTree(@ForAll("queries") String query) {
    Expr expr = PARSER.parse(query);
    String pretty = PromqlPrinter.prettyPrint(expr);
    assertEquals(SourceFree.of(expr), SourceFree.of(PARSER.parse(pretty)), pretty);
  }

  @Property(tries = 300)
  void damagedTextIsReadOrRefusedAsBadData(
      @ForAll("queries") String query, @ForAll String noise, @ForAll int place) {
    int at = Math.floorMod(place, query.length() + 1);
    int end = Math.min(query.length(), at + Math.floorMod(place >> 8, 4));
    String damaged = query.substring(0, at) + noise + query.substring(end);
    isRead(damaged);
  }

  /// Whether a text can be parsed; else it is refused as it should be.
  private static boolean isRead(String query) {
    try {
      PARSER.parse(query);
      return true;
    } catch (WeirException.BadData refused) {
      assertEquals(true, String.valueOf(refused.getMessage()).contains("parse error: "));
      return false;
    }
  }

  /// What [ParserFuzzTest] starts from, and what it has found.
  @Example
  void theCorpusOfFuzzingIsPrintedAndParsedAgain() throws IOException, URISyntaxException {
    URL corpus =
        Objects.requireNonNull(PrintParseProperties.class.getResource("ParserFuzzTestInputs"));
    try (Stream<Path> files = Files.walk(Path.of(corpus.toURI()))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String query = Files.readString(file);
        if (isRead(query)) {
          whatIsPrintedParsesToTheSameTree(query);
          whatIsPrintedOverSeveralLinesParsesToTheSameTree(query);
        }
      }
    }
  }
}
