package dev.weir.benchmarks.schemas;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.SeriesMeta;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/// Consecutive scrapes of one target as rows under their layouts, read from a recording: exposition
/// text, gzipped, in which `#SCRAPE n` lines separate the scrapes and the first has the types.
public final class RecordedScrapes {

  /// One scrape.
  public record Scrape(Layout layout, double[] values) {}

  private static final String SEPARATOR = "#SCRAPE";
  private static final String TYPE = "# TYPE ";

  private final String job;
  private final String instance;
  private final Map<String, MetricType> types = new HashMap<>();
  private final Map<String, SeriesMeta> series = new HashMap<>();
  private final List<Scrape> scrapes = new ArrayList<>();

  private RecordedScrapes(String job, String instance) {
    this.job = job;
    this.instance = instance;
  }

  /// Reads a recording as a target with this job and instance would give it.
  public static List<Scrape> read(Path recording, String job, String instance) throws IOException {
    RecordedScrapes reader = new RecordedScrapes(job, instance);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(recording)), StandardCharsets.UTF_8))) {
      Map<SeriesMeta, Double> scrape = new HashMap<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(SEPARATOR)) {
          reader.finish(scrape);
          scrape = new HashMap<>();
        } else if (line.startsWith(TYPE)) {
          String[] words = line.substring(TYPE.length()).split(" ", 2);
          reader.types.put(words[0], typeNamed(words[1]));
        } else if (!line.isBlank() && line.charAt(0) != '#') {
          int space = line.lastIndexOf(' ');
          scrape.put(
              reader.series(line.substring(0, space)), parseValue(line.substring(space + 1)));
        }
      }
      reader.finish(scrape);
    }
    return reader.scrapes;
  }

  private static MetricType typeNamed(String text) {
    return Arrays.stream(MetricType.values())
        .filter(type -> type.text().equals(text))
        .findFirst()
        .orElse(MetricType.UNKNOWN);
  }

  private static double parseValue(String text) {
    return AbsentValue.replaceIn(
        Double.parseDouble(text.endsWith("Inf") ? text.replace("Inf", "Infinity") : text));
  }

  private void finish(Map<SeriesMeta, Double> scrape) {
    if (scrape.isEmpty()) {
      return;
    }
    Layout layout = Layout.of(List.copyOf(scrape.keySet()));
    double[] values = new double[layout.size()];
    for (int column = 0; column < values.length; column++) {
      values[column] = scrape.getOrDefault(layout.series().get(column), AbsentValue.VALUE);
    }
    boolean unchanged = !scrapes.isEmpty() && scrapes.getLast().layout().equals(layout);
    scrapes.add(new Scrape(unchanged ? scrapes.getLast().layout() : layout, values));
  }

  private SeriesMeta series(String text) {
    return series.computeIfAbsent(text, this::parse);
  }

  private SeriesMeta parse(String text) {
    int brace = text.indexOf('{');
    String name = brace < 0 ? text : text.substring(0, brace);
    Labels.Builder labels =
        Labels.builder().set(Labels.NAME, name).set("job", job).set("instance", instance);
    int at = brace + 1;
    while (brace >= 0 && text.charAt(at) != '}') {
      int equals = text.indexOf('=', at);
      StringBuilder value = new StringBuilder();
      int end = equals + 2;
      for (; text.charAt(end) != '"'; end++) {
        if (text.charAt(end) == '\\') {
          end++;
          value.append(text.charAt(end) == 'n' ? '\n' : text.charAt(end));
        } else {
          value.append(text.charAt(end));
        }
      }
      labels.set(text.substring(at, equals), value.toString());
      at = end + 1 + (text.charAt(end + 1) == ',' ? 1 : 0);
    }
    return new SeriesMeta(labels.build(), typeOf(name));
  }

  private MetricType typeOf(String name) {
    for (String suffix : List.of("", "_bucket", "_sum", "_count")) {
      MetricType type =
          name.endsWith(suffix)
              ? types.get(name.substring(0, name.length() - suffix.length()))
              : null;
      if (type != null) {
        return type;
      }
    }
    return MetricType.UNKNOWN;
  }
}
