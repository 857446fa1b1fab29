package dev.weir.collectors.exposition;

import dev.weir.model.Exemplar;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a reader finds in a body, as values that tests compare.
sealed interface Exposed {
  record Sample(Labels labels, long valueBits, long timestampMillis, @Nullable Exemplar exemplar)
      implements Exposed {}

  record Type(String family, MetricType type) implements Exposed {}

  record Help(String family, String text) implements Exposed {}

  record Unit(String family, String unit) implements Exposed {}

  static Sample sample(double value, String... labels) {
    return sampleAt(ExpositionReader.NO_TIMESTAMP, value, labels);
  }

  static Sample sampleAt(long timestampMillis, double value, String... labels) {
    return new Sample(Labels.of(labels), Double.doubleToRawLongBits(value), timestampMillis, null);
  }

  /// What a reader has of a body's samples.
  ///
  /// @param known the series by number
  static List<Sample> samples(BodyReader reader, List<Labels> known) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < reader.values().count(); i++) {
      samples.add(
          new Sample(
              known.get(reader.number(i)),
              Double.doubleToRawLongBits(reader.values().value(i)),
              reader.values().timestampMillis(i),
              reader.values().exemplar(i)));
    }
    return samples;
  }

  static List<Exposed> read(ExpositionFormat format, String body) throws ExpositionException {
    return read(format, body.getBytes(StandardCharsets.UTF_8));
  }

  static List<Exposed> read(ExpositionFormat format, byte[] body) throws ExpositionException {
    ExpositionReader reader = format.reader();
    reader.start(body, body.length);
    List<Exposed> found = new ArrayList<>();
    while (true) {
      switch (reader.next()) {
        case SAMPLE ->
            found.add(
                new Sample(
                    reader.labels(),
                    Double.doubleToRawLongBits(reader.value()),
                    reader.timestampMillis(),
                    reader.exemplar()));
        case TYPE -> found.add(new Type(reader.name(), reader.type()));
        case HELP -> found.add(new Help(reader.name(), reader.text()));
        case UNIT -> found.add(new Unit(reader.name(), reader.text()));
        case END -> {
          return found;
        }
      }
    }
  }
}
