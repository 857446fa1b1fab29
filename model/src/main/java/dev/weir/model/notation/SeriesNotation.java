package dev.weir.model.notation;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.StalenessMarker;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A series and its values on one line, as test scripts and rule unit tests write them.
///
/// ```
/// Series => Labels (' '+ Item)*
/// Labels => Name | Name? '{' (Label (',' Label)* ','?)? '}'
/// Label  => (Name | Quoted) '=' Quoted | Quoted
/// Item   => '_' ('x' Times)?
///         | Value ('x' Times)?
///         | Value ('+' | '-') Value 'x' Times
/// Value  => Number | 'stale' | Histogram
/// ```
///
/// A *Quoted* label without a value is the metric's name. `_` is no sample; `_x3` is none three
/// times. `1x3` is 1 and three more; `1+2x3` is 1 3 5 7, and `1-2x3` is 1 -1 -3 -5. `stale` is a
/// staleness marker. [HistogramNotation] writes histograms.
///
/// In a `load`, a line `metric{…}@st` before the series gives start timestamps, as distances from
/// each sample:
///
/// ```
/// StartTimes => (Labels '@st' | '@st') (' '+ Start)*
/// Start      => '_' ('x' Times)? | '*' ('x' Times)? | Duration (('+' | '-') Duration)? ('x' Times)?
/// ```
///
/// `*` repeats the distance before it. Without labels, the distances are those of all series that
/// follow without their own, over and over again.
///
/// Example: `http_requests_total{job="api"} 0+15x4 _ stale` has the values 0 15 30 45 60, no
/// sample, and then a marker.
public final class SeriesNotation {
  /// The most values on one line.
  public static final int MAX_VALUES = 1_000_000;

  /// What a series has at one time.
  public sealed interface Value {
    /// No sample.
    record Omitted() implements Value {}

    /// A number, or a staleness marker.
    record Scalar(double value) implements Value {}

    /// A native histogram.
    ///
    /// @param hintGiven whether the notation gives the reset hint, so that a comparison minds it
    record Histogram(NativeHistogram value, boolean hintGiven) implements Value {}
  }

  private static final Value OMITTED = new Value.Omitted();

  /// A line of series notation.
  public record Series(Labels labels, List<Value> values) {
    public Series {
      requireNonNull(labels, "labels");
      values = List.copyOf(values);
    }
  }

  /// One sample of a loaded series.
  ///
  /// @param value a number or a staleness marker; 0 for a histogram
  /// @param startTimestampMillis 0 where unknown
  public record Sample(
      long timestampMillis,
      double value,
      @Nullable NativeHistogram histogram,
      long startTimestampMillis) {}

  /// A series with its samples in order of time.
  public record LoadedSeries(Labels labels, List<Sample> samples) {
    public LoadedSeries {
      requireNonNull(labels, "labels");
      samples = List.copyOf(samples);
    }
  }

  private final NotationReader reader;
  private final List<Value> values = new ArrayList<>();

  private SeriesNotation(NotationReader reader) {
    this.reader = reader;
  }

  /// @throws WeirException.BadData if the line is no series
  public static Series parse(String line) {
    NotationReader reader = new NotationReader(line.strip());
    Labels labels = readLabels(reader);
    return new Series(labels, new SeriesNotation(reader).readValues());
  }

  /// The labels of a series, without values behind them.
  ///
  /// @throws WeirException.BadData if the text is no set of labels
  public static Labels parseLabels(String text) {
    NotationReader reader = new NotationReader(text.strip());
    Labels labels = readLabels(reader);
    if (!reader.atEnd()) {
      throw reader.error("expected the end of the labels");
    }
    return labels;
  }

  /// The series of a `load`: value `i` of each line is a sample at `i * intervalMillis`. Empty
  /// lines and comments (`#`) are passed over.
  ///
  /// @throws WeirException.BadData if a line is no series, or start times and values do not fit
  public static List<LoadedSeries> load(long intervalMillis, List<String> lines) {
    Map<Labels, LoadedSeries> loaded = new LinkedHashMap<>();
    List<Optional<Long>> defaults = List.of();
    StartTimes pending = null;
    for (String untrimmed : lines) {
      String line = untrimmed.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (StartTimes.matches(line)) {
        if (pending != null) {
          throw pending.unused();
        }
        StartTimes starts = StartTimes.parse(line);
        if (starts.labels().isEmpty()) {
          defaults = starts.distancesMillis();
        } else {
          pending = starts;
        }
        continue;
      }
      Series series = parse(line);
      if (pending != null) {
        pending.check(series);
      }
      loaded.put(
          series.labels(),
          new LoadedSeries(
              series.labels(),
              samples(
                  series, intervalMillis, pending == null ? defaults : pending.distancesMillis())));
      pending = null;
    }
    if (pending != null) {
      throw pending.unused();
    }
    return List.copyOf(loaded.values());
  }

  private static List<Sample> samples(
      Series series, long intervalMillis, List<Optional<Long>> startDistances) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < series.values().size(); i++) {
      long timestampMillis = i * intervalMillis;
      long startMillis =
          startDistances.isEmpty()
              ? 0
              : startDistances
                  .get(i % startDistances.size())
                  .map(distance -> timestampMillis + distance)
                  .orElse(0L);
      switch (series.values().get(i)) {
        case Value.Omitted _ -> {}
        case Value.Scalar(double value) ->
            samples.add(new Sample(timestampMillis, value, null, startMillis));
        case Value.Histogram(NativeHistogram histogram, _) ->
            samples.add(new Sample(timestampMillis, 0, histogram, startMillis));
      }
    }
    return samples;
  }

  static Labels readLabels(NotationReader reader) {
    Labels.Builder labels = Labels.builder();
    String metric = reader.metricName();
    labels.set(Labels.NAME, metric);
    if (!reader.accept('{')) {
      if (metric.isEmpty()) {
        throw reader.error("expected a metric's name or \"{\"");
      }
      return labels.build();
    }
    reader.skipSpace();
    while (!reader.accept('}')) {
      readLabel(reader, labels);
      reader.skipSpace();
      if (reader.accept(',')) {
        reader.skipSpace();
      } else if (reader.peek() != '}') {
        throw reader.error("expected \",\" or \"}\" after a label");
      }
    }
    return labels.build();
  }

  private static void readLabel(NotationReader reader, Labels.Builder labels) {
    boolean quoted = reader.atQuote();
    String name = quoted ? reader.quoted() : reader.name();
    if (name.isEmpty()) {
      throw reader.error("expected a label's name");
    }
    reader.skipSpace();
    if (quoted && reader.peek() != '=') {
      labels.set(Labels.NAME, name);
      return;
    }
    reader.expect("=", "after a label's name");
    reader.skipSpace();
    if (!reader.atQuote()) {
      throw reader.error("expected a label's value in quotes");
    }
    labels.set(name, reader.quoted());
  }

  private List<Value> readValues() {
    while (!reader.atEnd()) {
      if (!Character.isWhitespace(reader.peek())) {
        throw reader.error("expected a space before the next value");
      }
      reader.skipSpace();
      if (!reader.atEnd()) {
        readItem();
      }
    }
    return values;
  }

  private void readItem() {
    if (reader.accept('_')) {
      repeat(OMITTED, reader.accept('x') ? reader.repetitions() : 1);
    } else if (reader.accept("stale")) {
      repeat(new Value.Scalar(StalenessMarker.VALUE), furtherTimes() + 1);
    } else if (reader.peek() == '{') {
      readHistograms();
    } else {
      readNumbers();
    }
  }

  private void readNumbers() {
    double value = reader.number();
    if (reader.peek() != '+' && reader.peek() != '-') {
      repeat(new Value.Scalar(value), furtherTimes() + 1);
      return;
    }
    double step = reader.number();
    reader.expect("x", "after the step between values");
    int times = reader.repetitions();
    checkRoom(times + 1);
    for (int i = 0; i <= times; i++) {
      values.add(new Value.Scalar(value));
      value += step;
    }
  }

  private void readHistograms() {
    HistogramNotation.Parsed parsed = HistogramNotation.read(reader);
    Value.Histogram value = new Value.Histogram(parsed.histogram(), parsed.hintGiven());
    boolean minus = reader.peek() == '-';
    if (!minus && reader.peek() != '+') {
      repeat(value, furtherTimes() + 1);
      return;
    }
    reader.expect(minus ? "-" : "+", "between histograms");
    HistogramNotation.Parsed step = HistogramNotation.read(reader);
    reader.expect("x", "after the step between histograms");
    int times = reader.repetitions();
    checkRoom(times + 1);
    // As in Prometheus, a comparison minds the hints of a progression if its step has one.
    values.add(new Value.Histogram(parsed.histogram(), step.hintGiven()));
    NativeHistogram current = parsed.histogram();
    for (int i = 0; i < times; i++) {
      current = HistogramNotation.add(current, step.histogram(), minus ? -1 : 1);
      values.add(new Value.Histogram(current, step.hintGiven()));
    }
  }

  private int furtherTimes() {
    return reader.accept('x') ? reader.repetitions() : 0;
  }

  private void repeat(Value value, int times) {
    checkRoom(times);
    for (int i = 0; i < times; i++) {
      values.add(value);
    }
  }

  private void checkRoom(int more) {
    if (values.size() + more > MAX_VALUES) {
      throw reader.error("more than %d values".formatted(MAX_VALUES));
    }
  }
}
