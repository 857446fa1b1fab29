package dev.weir.collectors.exposition;

import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/// Reads the bodies of one target: which series the samples are of, and their values. A body with
/// the series of the last one is recognised by its bytes, and only its values are read. For one
/// thread.
public final class BodyReader {
  /// Knows a target's series. Called for what the reader has not met yet.
  public interface Series {
    /// The number of the series with these labels, or [#DROPPED].
    ///
    /// @param labels as the target exposes them
    /// @param blank names of labels that it exposes without a value; none of them is in `labels`
    /// @param type of the family that the series was declared with, or unknown
    /// @throws ExpositionException if the whole body is to be refused
    int number(Labels labels, Set<String> blank, MetricType type) throws ExpositionException;
  }

  /// Hears what a body declares of metric families, each time the body is read whole.
  public interface Declarations {
    void type(String family, MetricType type);

    void help(String family, String text);

    void unit(String family, String unit);
  }

  /// The number of series that are not kept.
  public static final int DROPPED = -1;

  private static final byte[] NO_FAMILY = {};

  private final Series series;
  private final Declarations declarations;
  private final BodyTemplate template;
  private final SeriesTexts texts = new SeriesTexts();
  private final Map<ExpositionFormat, ExpositionReader> readers =
      new EnumMap<>(ExpositionFormat.class);
  private final ScrapedValues values = new ScrapedValues();
  private int[] numbers = {};
  private int samples;
  private long bodies;
  private int lastTextCount;

  /// @param kept memory for the last body, beside those of other readers
  public BodyReader(Series series, Declarations declarations, BodyMemory kept) {
    this.template = new BodyTemplate(kept.share());
    this.series = series;
    this.declarations = declarations;
  }

  /// Forgets all series: their numbers mean something else from now on.
  public void forgetSeries() {
    texts.clear();
    template.clear();
  }

  /// Reads a body. [#values] and [#number] have its samples then, until the next one is read.
  ///
  /// @return whether its samples are of the same series, number by number, as those of the last
  ///   body that was read to its end
  /// @throws ExpositionException if it is not of its format, or a series is refused
  public boolean read(byte[] bytes, int length, ExpositionFormat format)
      throws ExpositionException {
    ExpositionReader reader = readers.computeIfAbsent(format, ExpositionFormat::reader);
    if (template.read(bytes, length, format, reader, values)) {
      samples = values.count();
      return true;
    }
    readWhole(bytes, length, format, reader);
    return false;
  }

  /// Ways of writing a series that are remembered.
  int textCount() {
    return texts.size();
  }

  /// Samples that were met, the one at which a body was refused among them.
  public int samples() {
    return samples;
  }

  /// Values, timestamps and exemplars of the samples.
  public ScrapedValues values() {
    return values;
  }

  /// The number of a sample's series, or [#DROPPED].
  public int number(int sample) {
    return numbers[sample];
  }

  private void readWhole(byte[] bytes, int length, ExpositionFormat format, ExpositionReader reader)
      throws ExpositionException {
    bodies++;
    template.startRecording(format);
    values.start(0);
    samples = 0;
    reader.start(bytes, length);
    byte[] family = NO_FAMILY;
    MetricType type = MetricType.UNKNOWN;
    for (ExpositionReader.Entry entry = reader.next();
        entry != ExpositionReader.Entry.END;
        entry = reader.next()) {
      switch (entry) {
        case SAMPLE -> {
          samples++;
          boolean declared =
              MetricFamilies.hold(family, type, bytes, reader.nameStart(), reader.nameEnd());
          int number = number(bytes, reader, declared ? type : MetricType.UNKNOWN);
          int sample = values.count();
          if (sample == numbers.length) {
            numbers = Arrays.copyOf(numbers, Math.max(64, 2 * sample));
          }
          numbers[sample] = number;
          values.add(reader.value(), reader.timestampMillis(), reader.exemplar());
          template.record(reader.suffixStart(), reader.position());
        }
        case TYPE -> {
          type = reader.type();
          String name = reader.name();
          family = name.getBytes(StandardCharsets.UTF_8);
          declarations.type(name, type);
        }
        case HELP -> declarations.help(reader.name(), reader.text());
        case UNIT -> declarations.unit(reader.name(), reader.text());
        case END -> throw new IllegalStateException("the loop ends here");
      }
    }
    template.endRecording(bytes, length);
    forgetTexts();
  }

  private int number(byte[] bytes, ExpositionReader reader, MetricType type)
      throws ExpositionException {
    int start = reader.seriesStart();
    int end = reader.seriesEnd();
    int number = texts.find(bytes, start, end, type, bodies);
    if (number == SeriesTexts.UNKNOWN) {
      number = series.number(reader.labels(), reader.blankLabels(), type);
      texts.add(bytes, start, end, type, number, bodies);
    }
    return number;
  }

  /// Texts pile up where labels change: those that this body did not use go when there are twice as
  /// many as it used.
  private void forgetTexts() {
    if (texts.size() > 2 * lastTextCount + 1_000) {
      texts.forgetUnused(bodies);
      lastTextCount = texts.size();
    }
  }
}
