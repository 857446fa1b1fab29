package dev.weir.collectors.exposition;

import dev.weir.model.Exemplar;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import java.util.OptionalLong;

/// Reads OpenMetrics text, as Prometheus does.
///
/// ```
/// Body     => Line* "# EOF" LineBreak?
/// Line     => "# HELP " Name " " Text LineBreak | "# TYPE " Name " " Type LineBreak
///           | "# UNIT " Name " " Unit LineBreak
///           | Series " " Float (" " Timestamp)? Exemplar? LineBreak
/// Series   => Name ("{" Labels? "}")? | "{" QuotedName ("," Labels)? "}"
/// Labels   => (LabelName | QuotedName) "=" QuotedText ("," Labels)? ","?
/// Exemplar => " # {" Labels? "} " Float (" " Timestamp)?
/// ```
///
/// There are no spaces but these. A timestamp is in seconds, with a fraction.
final class OpenMetricsReader extends ExpositionReader {
  @Override
  public Entry next() throws ExpositionException {
    // Samples end before their line break, so that a template can compare it with what follows.
    if (position() > 0 && peek() == '\n') {
      advance(1);
    }
    return switch (peek()) {
      case -1 -> throw error(limit(), "expected \"# EOF\" at the end");
      case '#' -> declaration();
      default -> {
        sample();
        yield Entry.SAMPLE;
      }
    };
  }

  private Entry declaration() throws ExpositionException {
    int start = position();
    if (startsWith("# EOF")) {
      advance(5);
      if (peek() == '\n') {
        advance(1);
      }
      if (peek() != -1) {
        throw error(position(), "expected nothing after \"# EOF\"");
      }
      return Entry.END;
    }
    if (startsWith("# HELP ")) {
      advance(7);
      setText(unescape(declared("help text"), true));
      return Entry.HELP;
    }
    if (startsWith("# TYPE ")) {
      advance(7);
      setType(type(declared("type")));
      return Entry.TYPE;
    }
    if (startsWith("# UNIT ")) {
      advance(7);
      setText(declared("unit"));
      checkUnit();
      return Entry.UNIT;
    }
    throw error(start, "expected \"# HELP\", \"# TYPE\", \"# UNIT\" or \"# EOF\"");
  }

  /// Reads the family's name and what follows it.
  private String declared(String what) throws ExpositionException {
    familyName();
    int text = position() + 1;
    int end = lineEnd(position());
    if (peek() != ' ' || end == limit()) {
      throw expected("a space, the " + what + " and the end of the line");
    }
    checkUtf8(text, end, what);
    moveTo(end);
    return raw(text, end);
  }

  private MetricType type(String declared) throws ExpositionException {
    for (MetricType type : MetricType.values()) {
      if (type.text().equals(declared)) {
        return type;
      }
    }
    int end = position();
    throw error(
        end - declared.length(),
        ("type %s is not known; expected counter, gauge, histogram, gaugehistogram, summary, info,"
                + " stateset or unknown")
            .formatted(quote(end - declared.length(), end)));
  }

  private void checkUnit() throws ExpositionException {
    String unit = text();
    if (!unit.isEmpty() && !name().endsWith("_" + unit)) {
      int end = position();
      throw error(
          end - unit.length(),
          "unit %s is no suffix of the metric's name".formatted(quote(end - unit.length(), end)));
    }
  }

  private void sample() throws ExpositionException {
    startEntry();
    clearSeries();
    int start = position();
    if (skipName(true)) {
      setName(start, position());
      if (peek() == '{') {
        labelsInBraces(true, false);
      }
    } else if (peek() == '{') {
      labelsInBraces(true, false);
      if (!hasName()) {
        throw error(start, "expected a metric name in quotes between the braces");
      }
    } else {
      throw expected("a metric name, \"{\" or \"#\"");
    }
    endSeries();
    startSuffix();
    moveTo(readSuffix(position()));
  }

  @Override
  void skipBlanks() {
    // There are none.
  }

  @Override
  void separator() throws ExpositionException {
    if (peek() == ',') {
      advance(1);
    } else if (peek() != '}') {
      throw expected("\",\" or \"}\"");
    }
  }

  @Override
  int readSuffix(int start) throws ExpositionException {
    int at = spaceThenToken(start, "a value");
    double value = floatIn(start + 1, at, "value");
    setTimestamp(NO_TIMESTAMP);
    setExemplar(null);
    if (byteAt(at) == ' ' && byteAt(at + 1) != '#') {
      int end = spaceThenToken(at, "a timestamp");
      setTimestamp(millis(at + 1, end));
      at = end;
    }
    if (byteAt(at) == ' ') {
      at = exemplar(at);
    }
    setValue(value);
    moveTo(at);
    if (peek() == -1) {
      throw error(at, "expected the end of the line, and \"# EOF\" at the end of the body");
    }
    if (peek() != '\n') {
      throw expected("the end of the line");
    }
    return at;
  }

  /// The end of the token after one space.
  private int spaceThenToken(int start, String what) throws ExpositionException {
    int at = start + 1;
    while (byteAt(at) != ' ' && byteAt(at) != '\n' && byteAt(at) != -1) {
      at++;
    }
    if (byteAt(start) != ' ' || at == start + 1) {
      moveTo(Math.min(byteAt(start) == ' ' ? start + 1 : start, limit()));
      throw expected(byteAt(start) == ' ' ? what : "a space and " + what);
    }
    return at;
  }

  private long millis(int start, int end) throws ExpositionException {
    double seconds = floatIn(start, end, "timestamp");
    if (!Double.isFinite(seconds)) {
      throw error(start, "timestamp %s is no time".formatted(quote(start, end)));
    }
    return (long) (seconds * 1000);
  }

  private int exemplar(int start) throws ExpositionException {
    moveTo(start);
    if (!startsWith(" # {")) {
      throw expected("an exemplar (\" # {\") or the end of the line");
    }
    advance(3);
    startExemplarLabels();
    labelsInBraces(false, false);
    Labels labels = exemplarLabels();
    int valueEnd = spaceThenToken(position(), "the exemplar's value");
    double value = floatIn(position() + 1, valueEnd, "exemplar value");
    OptionalLong timestamp = OptionalLong.empty();
    int end = valueEnd;
    if (byteAt(valueEnd) == ' ') {
      end = spaceThenToken(valueEnd, "the exemplar's timestamp");
      timestamp = OptionalLong.of(millis(valueEnd + 1, end));
    }
    setExemplar(new Exemplar(labels, value, timestamp));
    return end;
  }
}
