package dev.weir.collectors.exposition;

import dev.weir.model.MetricType;

/// Reads the Prometheus text format, as Prometheus does.
///
/// ```
/// Body    => Line*                                  the last line break may be missing
/// Line    => "#" (" HELP " Name Text | " TYPE " Name Type | Comment)? LineBreak
///          | Series Float Timestamp? LineBreak
/// Series  => Name ("{" Labels? "}")? | "{" QuotedName ("," Labels)? "}"
/// Labels  => (LabelName | QuotedName) "=" QuotedText (","? Labels)? ","?
/// ```
///
/// Spaces and tabs may stand between all of these. A timestamp is in milliseconds. Names in quotes
/// and values in quotes escape `\`, `"` and line breaks with a backslash.
final class PrometheusTextReader extends ExpositionReader {
  @Override
  public Entry next() throws ExpositionException {
    while (true) {
      skipBlanks();
      switch (peek()) {
        case -1 -> {
          return Entry.END;
        }
        case '\n' -> advance(1);
        case '#' -> {
          Entry entry = comment();
          if (entry != Entry.END) {
            return entry;
          }
        }
        default -> {
          sample();
          return Entry.SAMPLE;
        }
      }
    }
  }

  @Override
  void skipBlanks() {
    while (peek() == ' ' || peek() == '\t') {
      advance(1);
    }
  }

  /// A help text, a type, or [Entry#END] for a line that says nothing.
  private Entry comment() throws ExpositionException {
    advance(1);
    boolean blank = peek() == ' ' || peek() == '\t';
    skipBlanks();
    boolean help = blank && isKeyword("HELP");
    boolean typed = blank && isKeyword("TYPE");
    if (!help && !typed) {
      moveTo(lineEnd(position()));
      return Entry.END;
    }
    advance(4);
    skipBlanks();
    familyName();
    String declared = restOfLine();
    if (help) {
      setText(unescape(declared, false));
      return Entry.HELP;
    }
    setType(type(declared));
    return Entry.TYPE;
  }

  private boolean isKeyword(String word) {
    int after = byteAt(position() + word.length());
    return startsWith(word) && (after == ' ' || after == '\t');
  }

  /// What follows one space after a family's name; nothing if only blanks do.
  private String restOfLine() throws ExpositionException {
    int start = position();
    int end = lineEnd(start);
    int text = start;
    while (text < end && (byteAt(text) == ' ' || byteAt(text) == '\t')) {
      text++;
    }
    text = text == end ? end : start + 1;
    checkUtf8(text, end, "help text");
    moveTo(end);
    return raw(text, end);
  }

  private MetricType type(String declared) throws ExpositionException {
    return switch (declared) {
      case "counter" -> MetricType.COUNTER;
      case "gauge" -> MetricType.GAUGE;
      case "histogram" -> MetricType.HISTOGRAM;
      case "summary" -> MetricType.SUMMARY;
      case "untyped" -> MetricType.UNKNOWN;
      default -> {
        int end = position();
        throw error(
            end - declared.length(),
            "type %s is not known; expected counter, gauge, histogram, summary or untyped"
                .formatted(quote(end - declared.length(), end)));
      }
    };
  }

  private void sample() throws ExpositionException {
    startEntry();
    clearSeries();
    int start = position();
    if (skipName(true)) {
      setName(start, position());
      endSeries();
      skipBlanks();
      if (peek() == '{') {
        labelsInBraces(true, true);
        endSeries();
      }
    } else if (peek() == '{') {
      labelsInBraces(true, true);
      endSeries();
    } else {
      throw expected("a metric name, \"{\" or \"#\"");
    }
    if (!hasName()) {
      throw error(start, "expected a metric name in quotes between the braces");
    }
    skipBlanks();
    startSuffix();
    moveTo(readSuffix(position()));
  }

  @Override
  void separator() {
    if (peek() == ',') {
      advance(1);
      skipBlanks();
    }
  }

  @Override
  int readSuffix(int start) throws ExpositionException {
    int at = start;
    while (isValueByte(byteAt(at))) {
      at++;
    }
    if (at == start) {
      moveTo(start);
      throw expected("a value");
    }
    setValue(floatIn(start, at, "value"));
    setTimestamp(NO_TIMESTAMP);
    setExemplar(null);
    if (byteAt(at) == '\n' || byteAt(at) == -1) {
      return at;
    }
    return timestamp(at);
  }

  private static boolean isValueByte(int c) {
    return c != ' ' && c != '\n' && c != '\t' && c != '{' && c != -1;
  }

  private int timestamp(int from) throws ExpositionException {
    moveTo(from);
    skipBlanks();
    int start = position();
    while (peek() >= '0' && peek() <= '9') {
      advance(1);
    }
    int end = position();
    skipBlanks();
    if (peek() != '\n' && peek() != -1) {
      throw expected(end > start ? "the end of the line" : "a timestamp or the end of the line");
    }
    if (end > start) {
      setTimestamp(millis(start, end));
    }
    return position();
  }

  private long millis(int start, int end) throws ExpositionException {
    try {
      return Long.parseLong(raw(start, end));
    } catch (NumberFormatException e) {
      throw (ExpositionException)
          error(start, "timestamp %s is out of range".formatted(quote(start, end))).initCause(e);
    }
  }
}
