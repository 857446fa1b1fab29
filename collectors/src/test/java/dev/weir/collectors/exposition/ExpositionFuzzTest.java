package dev.weir.collectors.exposition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Random bodies, whole and damaged, against a parser that is slow and simple. A failure prints the
/// seed that repeats it.
class ExpositionFuzzTest {
  private static final String[] PIECES = {
    "up",
    "http_requests_total",
    "a:b",
    "{",
    "}",
    "\"",
    "=",
    ",",
    " ",
    "\t",
    "\n",
    "\\",
    "\\n",
    "1",
    "0.5",
    "1e3",
    "NaN",
    "+Inf",
    "-",
    "#",
    "# HELP ",
    "# TYPE ",
    "# TYPE up gauge",
    "counter",
    "\"x\"",
    "job=\"node\"",
    "le=\"+Inf\"",
    "1700000000000",
    "é",
    "🦆",
    "_",
    "9",
    "HELP",
    "# HELP up "
  };

  private static String body(Random random) {
    StringBuilder body = new StringBuilder();
    int lines = random.nextInt(6);
    for (int line = 0; line < lines; line++) {
      body.append(line(random));
      if (line < lines - 1 || random.nextInt(4) > 0) {
        body.append('\n');
      }
    }
    int damages = random.nextInt(4);
    for (int damage = 0; damage < damages; damage++) {
      int at = random.nextInt(body.length() + 1);
      if (random.nextBoolean() || at == body.length()) {
        body.insert(at, PIECES[random.nextInt(PIECES.length)]);
      } else {
        body.delete(at, at + 1 + random.nextInt(3));
      }
    }
    // A damage may halve a surrogate pair, which no UTF-8 body can hold.
    return new String(body.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static String line(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> "# HELP up Whether it \\n is \\\\ up.";
      case 1 -> "# TYPE http_requests_total counter";
      case 2 -> "# just a comment";
      case 3 -> "up " + random.nextInt(2);
      case 4 -> "{\"http.requests\",\"status.code\"=\"200\"} " + random.nextDouble();
      default ->
          "http_requests_total{job=\"node\",path=\"/%d\\\"\"} %s%s"
              .formatted(
                  random.nextInt(3),
                  random.nextLong(),
                  random.nextBoolean() ? " " + random.nextInt(1_000) : "");
    };
  }

  private static Optional<List<Exposed>> read(String body) {
    try {
      return Optional.of(Exposed.read(ExpositionFormat.PROMETHEUS_TEXT, body));
    } catch (ExpositionException e) {
      return Optional.empty();
    }
  }

  @Property(tries = 20_000)
  void readsWhatTheReferenceReads(@ForAll long seed) {
    String body = body(new Random(seed));
    assertEquals(ReferenceTextParser.parse(body), read(body), () -> "body: <" + body + ">");
  }

  /// One reader for many bodies finds in each what a fresh reader does.
  @Property(tries = 2_000)
  void rememberingTheLastBodyChangesNothing(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 8) int bodies) {
    Random random = new Random(seed);
    List<Labels> known = new ArrayList<>();
    BodyReader reader =
        new BodyReader(
            (labels, _, _) -> {
              if (!known.contains(labels)) {
                known.add(labels);
              }
              return known.indexOf(labels);
            },
            new SilentDeclarations(),
            new BodyMemory(1 << 20));
    String body = body(random);
    for (int i = 0; i < bodies; i++) {
      body =
          switch (random.nextInt(3)) {
            case 0 -> body(random);
            case 1 -> body.replaceAll("(?m)[0-9.]+$", Integer.toString(random.nextInt(500)));
            default -> body.replaceFirst("(?m) ([0-9]+)$", " " + random.nextInt(500));
          };
      assertEquals(read(body).map(ExpositionFuzzTest::samples), readOn(reader, body, known), body);
    }
  }

  private static List<Exposed.Sample> samples(List<Exposed> exposed) {
    List<Exposed.Sample> samples = new ArrayList<>();
    for (Exposed entry : exposed) {
      if (entry instanceof Exposed.Sample sample) {
        samples.add(sample);
      }
    }
    return samples;
  }

  private static Optional<List<Exposed.Sample>> readOn(
      BodyReader reader, String body, List<Labels> known) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try {
      reader.read(bytes, bytes.length, ExpositionFormat.PROMETHEUS_TEXT);
    } catch (ExpositionException e) {
      return Optional.empty();
    }
    return Optional.of(Exposed.samples(reader, known));
  }
}
