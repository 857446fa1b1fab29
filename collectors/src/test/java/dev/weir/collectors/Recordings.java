package dev.weir.collectors;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// Bodies that a target exposed one after another, for tests: real ones from the folder that the
/// system property `recordings.dir` names, and made ones.
public final class Recordings {
  private static final String SEPARATOR = "#SCRAPE ";

  private Recordings() {}

  /// The files of recorded scrapes. Skips the test where there are none.
  public static List<Path> files() {
    String directory = System.getProperty("recordings.dir", "");
    assumeFalse(directory.isEmpty(), "no recordings: -Drecordings.dir is not given");
    try (Stream<Path> files = Files.list(Path.of(directory))) {
      List<Path> found =
          files.filter(file -> file.toString().endsWith(".txt.gz")).sorted().toList();
      assertFalse(found.isEmpty(), () -> "no recordings (*.txt.gz) in " + directory);
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The bodies in a file, which lines `#SCRAPE n` separate.
  public static List<String> bodies(Path file) {
    List<String> bodies = new ArrayList<>();
    StringBuilder body = new StringBuilder();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      lines
          .lines()
          .forEach(line -> {
            if (!line.startsWith(SEPARATOR)) {
              body.append(line).append('\n');
            } else if (!body.isEmpty()) {
              bodies.add(body.toString());
              body.setLength(0);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    bodies.add(body.toString());
    return bodies;
  }

  /// Bodies of an imaginary server: counters, a gauge and a histogram, and in every 50th a path
  /// that was not there before.
  public static List<String> made(int count) {
    Random random = new Random(7);
    List<String> bodies = new ArrayList<>();
    long[] hits = new long[40 + count / 50];
    for (int scrape = 0; scrape < count; scrape++) {
      StringBuilder body = new StringBuilder("# HELP hits_total Hits by path.\n");
      body.append("# TYPE hits_total counter\n");
      for (int path = 0; path < 40 + scrape / 50; path++) {
        hits[path] += random.nextInt(100);
        body.append("hits_total{path=\"/%d\",code=\"200\"} %d\n".formatted(path, hits[path]));
      }
      body.append("# TYPE load gauge\nload %s\n".formatted(random.nextDouble()));
      body.append("# TYPE latency_seconds histogram\n");
      for (String bound : List.of("0.1", "1", "+Inf")) {
        body.append("latency_seconds_bucket{le=\"%s\"} %d\n".formatted(bound, hits[0]));
      }
      body.append("latency_seconds_sum %s\n".formatted(random.nextGaussian() * 1e9));
      body.append("latency_seconds_count %d\n".formatted(hits[0]));
      bodies.add(body.toString());
    }
    return bodies;
  }
}
