package dev.weir.blocks.block;

import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.SeriesMeta;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/// Consecutive scrapes of one target, as text without timestamps, with a line `#SCRAPE n` before
/// each.
record Recording(String target, List<Map<SeriesMeta, Double>> scrapes) {
  static Recording read(Path file, String target) throws IOException {
    List<Map<SeriesMeta, Double>> scrapes = new ArrayList<>();
    Map<String, MetricType> types = new HashMap<>();
    Map<String, SeriesMeta> known = new HashMap<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith("#SCRAPE")) {
          scrapes.add(new TreeMap<>((a, b) -> a.labels().compareTo(b.labels())));
        } else if (line.startsWith("# TYPE ")) {
          String[] words = line.split(" ");
          types.put(
              words[2],
              MetricType.valueOf(
                  words[3].toUpperCase(java.util.Locale.ROOT).replace("UNTYPED", "UNKNOWN")));
        } else if (!line.startsWith("#") && !line.isEmpty()) {
          int space = line.lastIndexOf(' ');
          SeriesMeta series =
              known.computeIfAbsent(line.substring(0, space), text -> parse(text, target, types));
          scrapes.getLast().put(series, parseValue(line.substring(space + 1)));
        }
      }
    }
    return new Recording(target, scrapes);
  }

  private static double parseValue(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static SeriesMeta parse(String text, String target, Map<String, MetricType> types) {
    int brace = text.indexOf('{');
    String name = brace < 0 ? text : text.substring(0, brace);
    Labels.Builder labels =
        Labels.builder().set("__name__", name).set("job", target).set("instance", target + ":9100");
    if (brace >= 0) {
      String pairs = text.substring(brace + 1, text.length() - 1);
      for (int at = 0; at < pairs.length(); ) {
        int equals = pairs.indexOf("=\"", at);
        int end = equals + 2;
        while (pairs.charAt(end) != '"') {
          end += pairs.charAt(end) == '\\' ? 2 : 1;
        }
        labels.set(
            pairs.substring(at, equals),
            pairs
                .substring(equals + 2, end)
                .replace("\\n", "\n")
                .replace("\\\"", "\"")
                .replace("\\\\", "\\"));
        at = end + 2;
      }
    }
    String family = name.replaceAll("_(bucket|sum|count)$", "");
    return new SeriesMeta(
        labels.build(), types.getOrDefault(name, types.getOrDefault(family, MetricType.UNKNOWN)));
  }
}
