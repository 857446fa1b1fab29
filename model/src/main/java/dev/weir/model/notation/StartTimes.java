package dev.weir.model.notation;

import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// An `@st` line of a `load`: how far before (or after) its samples a series started counting.
///
/// @param labels the series; empty for a line without labels, which speaks for all that follow
/// @param distancesMillis one for each value of the series; empty where the start is not known
record StartTimes(Labels labels, List<Optional<Long>> distancesMillis) {
  private static final Pattern LINE = Pattern.compile("\\S*@st(\\s.*)?");

  StartTimes {
    distancesMillis = List.copyOf(distancesMillis);
  }

  static boolean matches(String line) {
    return LINE.matcher(line).matches();
  }

  static StartTimes parse(String line) {
    NotationReader reader = new NotationReader(line);
    Labels labels = reader.peek() == '@' ? Labels.EMPTY : SeriesNotation.readLabels(reader);
    reader.expect("@st", "after the labels");
    List<Optional<Long>> distances = new ArrayList<>();
    Optional<Long> last = Optional.of(0L);
    reader.skipSpace();
    while (!reader.atEnd()) {
      readItem(reader, last, distances);
      if (!distances.isEmpty() && distances.getLast().isPresent()) {
        last = distances.getLast();
      }
      reader.skipSpace();
    }
    return new StartTimes(labels, distances);
  }

  private static void readItem(
      NotationReader reader, Optional<Long> last, List<Optional<Long>> distances) {
    if (reader.accept('_')) {
      int times = reader.accept('x') ? reader.repetitions() : 1;
      for (int i = 0; i < times; i++) {
        distances.add(Optional.empty());
      }
      return;
    }
    boolean repeated = reader.accept('*');
    long distance = repeated ? last.orElse(0L) : reader.durationMillis();
    long step = 0;
    if (!repeated && (reader.peek() == '+' || reader.peek() == '-')) {
      step = reader.durationMillis();
      if (reader.peek() != 'x') {
        throw reader.error("expected \"x\" after the step between start times");
      }
    }
    int times = reader.accept('x') ? reader.repetitions() : 0;
    for (int i = 0; i <= times; i++) {
      distances.add(Optional.of(distance + i * step));
    }
  }

  void check(SeriesNotation.Series series) {
    if (!labels.equals(series.labels())) {
      throw new WeirException.BadData(
          "start times of %s stand before series %s; they stand before their own"
              .formatted(labels, series.labels()));
    }
    if (distancesMillis.size() != series.values().size()) {
      throw new WeirException.BadData(
          "series %s has %d start times and %d values; there is one each"
              .formatted(labels, distancesMillis.size(), series.values().size()));
    }
  }

  WeirException.BadData unused() {
    return new WeirException.BadData(
        "start times of %s are not followed by their series".formatted(labels));
  }
}
