package dev.weir.collectors.exposition;

import dev.weir.model.Exemplar;
import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a body entry by entry. For one thread; a reader may be used for one body after another.
///
/// What an entry holds is valid until [#next] is called again. Positions are offsets into the body.
public abstract sealed class ExpositionReader permits PrometheusTextReader, OpenMetricsReader {
  /// What [#next] found.
  public enum Entry {
    /// A sample: series, value, and perhaps a timestamp and an exemplar.
    SAMPLE,
    /// The type of a metric family.
    TYPE,
    /// The help text of a metric family.
    HELP,
    /// The unit of a metric family.
    UNIT,
    /// The end of the body.
    END
  }

  /// Stands for the timestamp of a sample that has none.
  public static final long NO_TIMESTAMP = Long.MIN_VALUE;

  private static final int SHOWN_LINE = 160;

  private byte[] body = {};
  private int limit;
  private int at;

  private int entryStart;
  private int seriesEnd;
  private int suffixStart;
  private int nameStart;
  private int nameEnd;
  private final SpanList labelSpans = new SpanList();
  private final SpanList exemplarSpans = new SpanList();
  private SpanList spans = labelSpans;
  private double value;
  private long timestampMillis;
  private @Nullable Exemplar exemplar;
  private String text = "";
  private MetricType type = MetricType.UNKNOWN;

  /// Starts with a body, which must not change while it is read.
  public final void start(byte[] bytes, int length) {
    body = bytes;
    limit = length;
    at = 0;
  }

  /// Reads the next entry.
  public abstract Entry next() throws ExpositionException;

  /// Reads what follows a series, from its value to the end of the line, at a position where that
  /// starts in the body. [#value], [#timestampMillis] and [#exemplar] have it then.
  ///
  /// @return the position of the line break, or the end of the body
  abstract int readSuffix(int start) throws ExpositionException;

  /// The bytes that identify the series of a sample: its name and labels as they were written.
  public final int seriesStart() {
    return entryStart;
  }

  public final int seriesEnd() {
    return seriesEnd;
  }

  final int nameStart() {
    return nameStart;
  }

  final int nameEnd() {
    return nameEnd;
  }

  /// Where the value starts.
  final int suffixStart() {
    return suffixStart;
  }

  /// Where the next entry starts, or rather the line break before it.
  final int position() {
    return at;
  }

  public final double value() {
    return value;
  }

  /// Milliseconds since the epoch, or [#NO_TIMESTAMP].
  public final long timestampMillis() {
    return timestampMillis;
  }

  public final @Nullable Exemplar exemplar() {
    return exemplar;
  }

  /// The metric's name, or the family's of a type, help text or unit.
  public final String name() {
    return decode(nameStart, nameEnd);
  }

  /// The type that was declared.
  public final MetricType type() {
    return type;
  }

  /// The help text or unit that was declared.
  public final String text() {
    return text;
  }

  /// The labels of a sample's series, its name among them. Labels with an empty value are left out.
  ///
  /// @throws ExpositionException if a name stands twice
  public final Labels labels() throws ExpositionException {
    String name = name();
    Set<String> names = new HashSet<>();
    names.add(Labels.NAME);
    return labels(labelSpans, Labels.builder().set(Labels.NAME, name), names);
  }

  /// The names of a sample's labels that have an empty value.
  public final Set<String> blankLabels() {
    Set<String> blank = Set.of();
    for (int i = 0; i < labelSpans.size(); i += 2) {
      if (labelSpans.start(i + 1) == labelSpans.end(i + 1)) {
        blank = blank.isEmpty() ? new HashSet<>() : blank;
        blank.add(decode(labelSpans.start(i), labelSpans.end(i)));
      }
    }
    return blank;
  }

  /// The labels that were read since [#startExemplarLabels].
  final Labels exemplarLabels() throws ExpositionException {
    return labels(exemplarSpans, Labels.builder(), new HashSet<>());
  }

  private Labels labels(SpanList spans, Labels.Builder labels, Set<String> names)
      throws ExpositionException {
    for (int i = 0; i < spans.size(); i += 2) {
      String name = decode(spans.start(i), spans.end(i));
      if (!names.add(name)) {
        throw error(spans.start(i), "label " + LabelText.quote(name) + " stands twice");
      }
      labels.set(name, decode(spans.start(i + 1), spans.end(i + 1)));
    }
    return labels.build();
  }

  // What the formats share.

  final void advance(int count) {
    at += count;
  }

  final void moveTo(int position) {
    at = position;
  }

  final int limit() {
    return limit;
  }

  /// The byte at the position, or -1 at the end.
  final int peek() {
    return at < limit ? body[at] & 0xff : -1;
  }

  final int byteAt(int position) {
    return position < limit ? body[position] & 0xff : -1;
  }

  final boolean startsWith(String ascii) {
    if (limit - at < ascii.length()) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (body[at + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// The position of the next line break, or the end.
  final int lineEnd(int from) {
    int end = from;
    while (end < limit && body[end] != '\n') {
      end++;
    }
    return end;
  }

  final void startEntry() {
    entryStart = at;
  }

  final void endSeries() {
    seriesEnd = at;
  }

  final void startSuffix() {
    suffixStart = at;
  }

  final void clearSeries() {
    spans = labelSpans;
    spans.clear();
    nameStart = -1;
    nameEnd = -1;
  }

  final boolean hasName() {
    return nameStart >= 0;
  }

  final void setName(int start, int end) {
    nameStart = start;
    nameEnd = end;
  }

  /// The labels that are added from now on are an exemplar's.
  final void startExemplarLabels() {
    spans = exemplarSpans;
    spans.clear();
  }

  final void setValue(double newValue) {
    value = newValue;
  }

  final void setTimestamp(long millis) {
    timestampMillis = millis;
  }

  final void setExemplar(@Nullable Exemplar newExemplar) {
    exemplar = newExemplar;
  }

  final void setType(MetricType newType) {
    type = newType;
  }

  final void setText(String newText) {
    text = newText;
  }

  /// Passes over the spaces and tabs that may stand at the position.
  abstract void skipBlanks();

  /// Passes over what stands between two labels, and may stand behind the last.
  abstract void separator() throws ExpositionException;

  /// Reads labels from the opening brace to the closing one.
  ///
  /// @param mayName whether a name in quotes without a value is the metric's
  /// @param lineBreaks whether values may hold line breaks
  final void labelsInBraces(boolean mayName, boolean lineBreaks) throws ExpositionException {
    advance(1);
    skipBlanks();
    while (peek() != '}') {
      int start = at;
      boolean quoted = peek() == '"';
      if (quoted) {
        skipQuoted(mayName, "metric or label name");
      } else if (!skipName(false)) {
        throw expected("a label name or \"}\"");
      }
      int end = at;
      skipBlanks();
      if (quoted && mayName && (peek() == ',' || peek() == '}')) {
        if (hasName()) {
          throw error(start, "expected \"=\" after a label name: the metric has its name already");
        }
        setName(start + 1, end - 1);
      } else {
        labelValue(quoted ? start + 1 : start, quoted ? end - 1 : end, lineBreaks);
      }
      skipBlanks();
      separator();
    }
    advance(1);
  }

  private void labelValue(int nameFrom, int nameTo, boolean lineBreaks) throws ExpositionException {
    if (peek() != '=') {
      throw expected("\"=\" after a label name");
    }
    advance(1);
    skipBlanks();
    int start = at;
    skipQuoted(lineBreaks, "label value");
    spans.add(nameFrom, nameTo);
    spans.add(start + 1, at - 1);
  }

  /// Passes over a name of the classic alphabet.
  ///
  /// @return whether there was one
  final boolean skipName(boolean colons) {
    int start = at;
    while (at < limit && isNameByte(body[at], colons, at > start)) {
      at++;
    }
    return at > start;
  }

  private static boolean isNameByte(byte c, boolean colons, boolean digits) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '_'
        || (digits && c >= '0' && c <= '9')
        || (colons && c == ':');
  }

  /// Passes over text in double quotes, in which a backslash escapes the next byte.
  ///
  /// @param lineBreaks whether it may hold line breaks
  /// @param what for the error
  final void skipQuoted(boolean lineBreaks, String what) throws ExpositionException {
    int start = at;
    if (peek() != '"') {
      throw expected(what + " in quotes");
    }
    boolean ascii = true;
    at++;
    while (at < limit && body[at] != '"') {
      byte c = body[at];
      if (c == '\\') {
        at++;
        if (peek() == '\n') {
          break;
        }
      } else if (c == '\n' && !lineBreaks) {
        break;
      }
      ascii &= c >= 0;
      at++;
    }
    if (peek() != '"') {
      at = Math.min(at, limit);
      throw error(start, what + " has no closing quote");
    }
    at++;
    if (!ascii) {
      checkUtf8(start + 1, at - 1, what);
    }
  }

  final void checkUtf8(int start, int end, String what) throws ExpositionException {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body, start, end - start));
    } catch (CharacterCodingException e) {
      throw (ExpositionException) error(start, what + " is not UTF-8").initCause(e);
    }
  }

  /// Reads a float that fills a span.
  final double floatIn(int start, int end, String what) throws ExpositionException {
    try {
      return FloatReader.read(body, start, end);
    } catch (NumberFormatException e) {
      throw (ExpositionException)
          error(start, "%s %s is no float".formatted(what, quote(start, end))).initCause(e);
    }
  }

  /// The text of a span, without escapes: `\\`, `\n` and `\"`. Other backslashes stay.
  final String decode(int start, int end) {
    String raw = new String(body, start, end - start, StandardCharsets.UTF_8);
    return raw.indexOf('\\') < 0 ? raw : unescape(raw, true);
  }

  static String unescape(String raw, boolean quotes) {
    StringBuilder out = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      char next = c == '\\' && i + 1 < raw.length() ? raw.charAt(i + 1) : 0;
      if (next == '\\' || (next == '"' && quotes)) {
        out.append(next);
        i++;
      } else if (next == 'n') {
        out.append('\n');
        i++;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  final String raw(int start, int end) {
    return new String(body, start, end - start, StandardCharsets.UTF_8);
  }

  final String quote(int start, int end) {
    return LabelText.quote(raw(start, Math.min(end, start + SHOWN_LINE)));
  }

  /// Something else should stand at the position.
  final ExpositionException expected(String what) {
    String found =
        switch (peek()) {
          case -1 -> "the end of the body";
          case '\n' -> "the end of the line";
          default -> quote(at, tokenEnd());
        };
    return error(at, "expected %s, found %s".formatted(what, found));
  }

  private int tokenEnd() {
    int end = at + 1;
    while (end < limit && " \t\n{}=,\"".indexOf(body[end]) < 0) {
      end++;
    }
    return end;
  }

  /// An error at a position, with its line.
  final ExpositionException error(int position, String message) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < position && i < limit; i++) {
      if (body[i] == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new ExpositionException(
        "line %d, column %d: %s, in %s"
            .formatted(
                line, position - lineStart + 1, message, quote(lineStart, lineEnd(lineStart))));
  }

  /// Pairs of positions, in one growing array.
  private static final class SpanList {
    private int[] positions = new int[32];
    private int length;

    int size() {
      return length / 2;
    }

    int start(int index) {
      return positions[2 * index];
    }

    int end(int index) {
      return positions[2 * index + 1];
    }

    void add(int start, int end) {
      if (length == positions.length) {
        positions = Arrays.copyOf(positions, 2 * length);
      }
      positions[length++] = start;
      positions[length++] = end;
    }

    void clear() {
      length = 0;
    }
  }

  /// Reads the name of a family that is declared.
  final void familyName() throws ExpositionException {
    int start = position();
    if (peek() == '"') {
      skipQuoted(false, "metric name");
      setName(start + 1, position() - 1);
    } else if (skipName(true)) {
      setName(start, position());
    } else {
      throw expected("a metric name");
    }
  }
}
