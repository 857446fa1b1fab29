package dev.weir.benchmarks.comparison;

import dev.weir.benchmarks.comparison.Answer.Refusal;
import dev.weir.benchmarks.comparison.AnswerComparison.Difference;
import dev.weir.testing.Directories;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/// Does Weir answer as Prometheus does? Starts Weir and the `prometheus` of the path (Debian's is
/// 2.42), writes the same samples to both by remote write, asks both the same random queries over
/// HTTP, and prints every difference with the [KnownDifference] that explains it. One that nothing
/// explains makes the exit code 1.
///
/// ```
/// benchmarks/run compare-queries --queries 1500 --seeds 1,2,3,4
/// ```
///
/// `--only N` asks query N of a seed alone and prints both answers. With `--recordings DIR`, the
/// recordings of a folder are written and asked for, too.
public final class CompareQueries {
  /// What is run.
  ///
  /// @param queries for each seed
  /// @param seeds of data and queries; each runs with servers of its own
  /// @param only the number of the one query to ask and to print the answers of
  /// @param recordings a folder of recorded scrapes
  record Settings(int queries, List<Long> seeds, OptionalInt only, Optional<Path> recordings) {
    static Settings of(String[] arguments) {
      int queries = 1000;
      List<Long> seeds = List.of(1L);
      OptionalInt only = OptionalInt.empty();
      Optional<Path> recordings = Optional.empty();
      for (int i = 0; i < arguments.length; i += 2) {
        String value = i + 1 < arguments.length ? arguments[i + 1] : "";
        switch (arguments[i]) {
          case "--queries" -> queries = Integer.parseInt(value);
          case "--seeds" -> seeds = Arrays.stream(value.split(",")).map(Long::valueOf).toList();
          case "--only" -> only = OptionalInt.of(Integer.parseInt(value));
          case "--recordings" -> recordings = Optional.of(Path.of(value));
          default ->
              throw new IllegalArgumentException(
                  arguments[i]
                      + " is not known; use --queries N, --seeds N,N,…, --only N or --recordings DIR");
        }
      }
      return new Settings(queries, seeds, only, recordings);
    }
  }

  private final Map<KnownDifference, Integer> explained = new EnumMap<>(KnownDifference.class);
  private int asked;
  private int instant;
  private int refused;
  private int empty;
  private int unexplained;

  CompareQueries() {}

  public static void main(String[] arguments) throws Exception {
    System.exit(new CompareQueries().run(Settings.of(arguments)) ? 0 : 1);
  }

  /// @return whether every difference is explained
  boolean run(Settings settings) throws IOException, InterruptedException {
    for (long seed : settings.seeds()) {
      long end = System.currentTimeMillis() - 60_000;
      List<ComparedData> sets = new ArrayList<>();
      sets.add(GeneratedData.of(seed, end));
      if (settings.recordings().isPresent()) {
        sets.add(RecordedData.of(settings.recordings().get(), end));
      }
      compare(seed, settings, sets);
    }
    report();
    return unexplained == 0;
  }

  private void compare(long seed, Settings settings, List<ComparedData> sets)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("weir-compare-queries");
    try {
      compare(seed, settings, sets, directory);
    } finally {
      Directories.delete(directory);
    }
  }

  private void compare(long seed, Settings settings, List<ComparedData> sets, Path directory)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient();
        AskedServer weir =
            AskedServer.weir(Files.createDirectory(directory.resolve("weir")), client);
        AskedServer prometheus =
            AskedServer.prometheus(
                Files.createDirectory(directory.resolve("prometheus")), client)) {
      for (ComparedData data : sets) {
        System.out.printf(
            "seed %d: %d series of %d metrics with %d samples from %d to %d ms%n",
            seed,
            data.series().size(),
            data.metrics().size(),
            data.samples(),
            data.startMillis(),
            data.endMillis());
      }
      // The count that each waits for is of all that it has.
      ComparedData all = ComparedData.together(sets);
      weir.store(all);
      prometheus.store(all);
      for (int number = 0; number < settings.queries(); number++) {
        if (settings.only().orElse(number) != number) {
          continue;
        }
        // A query can be asked again without those before it.
        Random random = new Random(seed * 1_000_003 + number);
        Question question = new QueryGrammar(random, sets.get(number % sets.size())).next();
        check("seed %d query %d".formatted(seed, number), question, weir, prometheus);
        if (settings.only().isPresent()) {
          System.out.println("Weir: " + weir.ask(question, inWordsOfToday(question.query())));
          System.out.println("Prometheus: " + prometheus.ask(question, question.query()));
        }
      }
    }
  }

  private void check(String where, Question question, AskedServer weir, AskedServer prometheus)
      throws IOException, InterruptedException {
    Answer expected = prometheus.ask(question, question.query());
    Answer answer = weir.ask(question, inWordsOfToday(question.query()));
    asked++;
    instant += question.isInstant() ? 1 : 0;
    switch (expected) {
      case Refusal _ -> refused++;
      case Answer.Result result ->
          empty += result.series().isEmpty() && result.text().isEmpty() ? 1 : 0;
    }
    Optional<Difference> difference = AnswerComparison.compare(question, answer, expected);
    if (difference.isEmpty()) {
      return;
    }
    Optional<KnownDifference> known =
        KnownDifference.of(question, answer, expected, difference.get());
    known.ifPresentOrElse(rule -> explained.merge(rule, 1, Integer::sum), () -> unexplained++);
    System.out.printf(
        "%s: %s: %s%n  %s: %s%n",
        where,
        known.map(KnownDifference::name).orElse("UNEXPLAINED"),
        question,
        difference.get().kind(),
        difference.get().detail());
  }

  /// `holt_winters` is called otherwise since Prometheus 3.
  private static String inWordsOfToday(String query) {
    return query.replace("holt_winters(", "double_exponential_smoothing(");
  }

  private void report() {
    System.out.printf(
        "%d queries, %d of them instant: Prometheus refused %d and found nothing for %d%n",
        asked, instant, refused, empty);
    explained.forEach(
        (rule, count) -> System.out.printf("%5d %s: %s%n", count, rule, rule.explanation()));
    System.out.printf("%5d unexplained%n", unexplained);
  }
}
