package dev.weir.collectors.exposition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.collectors.Recordings;
import dev.weir.model.Labels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Bodies that a target exposed one after another: what [BodyReader] reads equals what a slow and
/// simple parser reads, and of nearly all only the values are read.
class RecordedBodiesTest {
  private final List<Labels> known = new ArrayList<>();
  private final Map<Labels, Integer> numbers = new HashMap<>();
  private final BodyReader reader =
      new BodyReader(
          (labels, _, _) ->
              numbers.computeIfAbsent(
                  labels,
                  added -> {
                    known.add(added);
                    return known.size() - 1;
                  }),
          new SilentDeclarations(),
          new BodyMemory(1 << 30));

  /// @return the part of the bodies of which only values were read
  private double read(List<String> bodies) {
    int valuesOnly = 0;
    for (int scrape = 0; scrape < bodies.size(); scrape++) {
      String body = bodies.get(scrape);
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      try {
        valuesOnly += reader.read(bytes, bytes.length, ExpositionFormat.PROMETHEUS_TEXT) ? 1 : 0;
      } catch (ExpositionException e) {
        throw new AssertionError("scrape " + scrape, e);
      }
      List<Exposed> expected =
          ReferenceTextParser.parse(body).orElseThrow().stream()
              .filter(Exposed.Sample.class::isInstance)
              .toList();
      assertEquals(expected, Exposed.samples(reader, known), "scrape " + scrape);
    }
    return (double) valuesOnly / bodies.size();
  }

  @Test
  void ofMadeBodiesNearlyAllAreReadByTheirValues() {
    double valuesOnly = read(Recordings.made(500));
    assertEquals(490 / 500.0, valuesOnly, "every 50th has a new series");
  }

  @Test
  void ofRecordedBodiesNearlyAllAreReadByTheirValues() {
    for (Path file : Recordings.files()) {
      List<String> bodies = Recordings.bodies(file);
      double valuesOnly = read(bodies);
      System.out.printf(
          "recording %s: %d scrapes, of %.1f %% only the values were read%n",
          file.getFileName(), bodies.size(), 100 * valuesOnly);
      assertTrue(valuesOnly > 0.9, () -> "%s: only %.3f".formatted(file, valuesOnly));
    }
  }
}
