package dev.weir.benchmarks.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// How long does `weir backtest` take over a month? Writes a history of API servers as blocks, then
/// runs the command of the release over it, as a user does, and gives the time that it took, start
/// of the JVM and of Flink included, and the samples of the history that passed in a second.
///
/// ```
/// benchmarks/run backtest [DAYS [SERVERS [PARALLELISM [DIRECTORY]]]]
/// ```
///
/// A server has 100 series at 15 s; fifty rules are evaluated every minute. Without arguments: 30
/// days of 100 servers, a task for each processor. A *directory* keeps the history for the next
/// run.
public final class BacktestTime {
  private static final int FIRST_DAY = 20_500;

  private BacktestTime() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path release = Path.of(arguments[0]);
    int days = number(arguments, 1, 30);
    int servers = number(arguments, 2, 100);
    int parallelism = number(arguments, 3, Runtime.getRuntime().availableProcessors());
    Path directory =
        arguments.length > 4 ? Path.of(arguments[4]) : Files.createTempDirectory("weir-backtest");
    long samples =
        (long) days * servers * 100 * Duration.ofDays(1).dividedBy(GeneratedHistory.INTERVAL);
    if (!Files.isDirectory(directory.resolve("blocks"))) {
      write(directory, days, servers);
    }
    Path rules = Files.writeString(directory.resolve("rules.yml"), RuleSet.text());
    List<String> command =
        List.of(
            release.resolve("bin/weir").toString(),
            "backtest",
            rules.toString(),
            "--from",
            Instant.ofEpochSecond(FIRST_DAY * 86_400L).toString(),
            "--to",
            Instant.ofEpochSecond((FIRST_DAY + days) * 86_400L - 1).toString(),
            "--data",
            directory.toString(),
            "--parallelism",
            String.valueOf(parallelism),
            "--html",
            directory.resolve("backtest.html").toString());
    System.out.println(String.join(" ", command));
    long begun = System.nanoTime();
    Process process = new ProcessBuilder(command).inheritIO().start();
    int status = process.waitFor();
    double seconds = (System.nanoTime() - begun) / 1e9;
    if (status != 0) {
      throw new IllegalStateException("weir backtest ended with status " + status);
    }
    System.out.printf(
        "%d days, %,d series, %,d samples, 50 rules every minute, %d tasks at once:%n"
            + "%.1f s, %.1f million samples/s, %.0f evaluations/s%n",
        days,
        servers * 100,
        samples,
        parallelism,
        seconds,
        samples / seconds / 1e6,
        days * 1440.0 * 50 / seconds);
  }

  private static int number(String[] arguments, int place, int otherwise) {
    return arguments.length > place ? Integer.parseInt(arguments[place]) : otherwise;
  }

  private static void write(Path directory, int days, int servers) throws IOException {
    long begun = System.nanoTime();
    GeneratedHistory history = new GeneratedHistory(directory, servers);
    for (int day = 0; day < days; day++) {
      history.write(FIRST_DAY + day);
    }
    System.out.printf(
        "%,d samples of %,d series in blocks, written in %.0f s%n",
        history.samples(), history.seriesCount(), (System.nanoTime() - begun) / 1e9);
  }
}
