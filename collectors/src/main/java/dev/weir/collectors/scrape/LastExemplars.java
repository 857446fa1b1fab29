package dev.weir.collectors.scrape;

import dev.weir.model.Exemplar;
import dev.weir.model.Labels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The last exemplar of each series, so that one that a target exposes until it has another is kept
/// once. Exemplars longer than OpenMetrics allows are not kept. For one thread.
final class LastExemplars {
  /// Characters of all names and values of an exemplar's labels.
  private static final int MAX_CHARACTERS = 128;

  private @Nullable Exemplar[] last = {};
  private int tooLong;

  /// Whether a series has not just had this exemplar, and may have it.
  boolean isNew(int number, Exemplar exemplar) {
    if (number >= last.length) {
      last = Arrays.copyOf(last, Math.max(64, Math.max(number + 1, 2 * last.length)));
    }
    if (exemplar.equals(last[number])) {
      return false;
    }
    last[number] = exemplar;
    if (characters(exemplar.labels()) > MAX_CHARACTERS) {
      tooLong++;
      return false;
    }
    return true;
  }

  private static int characters(Labels labels) {
    int characters = 0;
    for (int i = 0; i < labels.size(); i++) {
      String name = labels.name(i);
      String value = labels.value(i);
      characters += name.codePointCount(0, name.length());
      characters += value.codePointCount(0, value.length());
    }
    return characters;
  }

  /// How many were too long since the last call.
  int takeTooLong() {
    int taken = tooLong;
    tooLong = 0;
    return taken;
  }

  void clear() {
    last = new Exemplar[0];
  }
}
