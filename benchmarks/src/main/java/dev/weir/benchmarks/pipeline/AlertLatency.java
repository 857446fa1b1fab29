package dev.weir.benchmarks.pipeline;

import dev.weir.broker.FreePorts;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.Topics;
import dev.weir.schemas.wire.RecordReader;
import dev.weir.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// How long does an alert take? Runs the release as one process (`weir run`) with a rule that is
/// evaluated every second, and raises an alert in each scrape of a target. Measured are the time
/// from an evaluation's time until a consumer that reads what is committed has its result from
/// `weir.alerts`, and the time from a scrape until the webhook is told of the alert that it raised.
///
/// ```
/// ./mvnw -q package -DskipTests
/// java -cp 'benchmarks/target/classes:…' dev.weir.benchmarks.pipeline.AlertLatency \
///     standalone/target/weir 20 500 120
/// ```
public final class AlertLatency {
  private static final Duration POLL = Duration.ofMillis(10);
  private static final int INTERVAL_MILLIS = 1000;

  /// After so many seconds an alert that nobody was told of is missing.
  private static final int MISSING_SECONDS = 10;

  /// What is run.
  ///
  /// @param release the directory with `bin/weir`
  /// @param targets that are scraped every second besides the one with the signal
  /// @param seriesEach of them
  /// @param skipSeconds that the process may warm up for before anything counts
  public record Settings(Path release, int targets, int seriesEach, int skipSeconds, int seconds) {}

  /// What was measured.
  ///
  /// @param topic from an evaluation's time until its result could be read
  /// @param webhook from a scrape until the webhook was told
  public record Result(Percentiles topic, Percentiles webhook) {}

  private AlertLatency() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 4) {
      throw new IllegalArgumentException(
          "give: release directory, targets, series of each, seconds");
    }
    Settings settings =
        new Settings(
            Path.of(arguments[0]),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            20,
            Integer.parseInt(arguments[3]));
    Result result = measure(settings, Files.createTempDirectory("weir-alerts"));
    System.out.printf(
        "%d targets with %d series, scrapes and evaluations every second:%n"
            + "  from T until its result is in weir.alerts: %s%n"
            + "  from a scrape until the webhook is told:   %s%n",
        settings.targets(), settings.seriesEach(), result.topic(), result.webhook());
  }

  /// Runs the pipeline in a directory and measures.
  public static Result measure(Settings settings, Path directory) throws IOException {
    int broker = FreePorts.next();
    try (Episodes episodes = new Episodes();
        SyntheticTargets targets = new SyntheticTargets(settings.targets(), settings.seriesEach());
        ServerProcess _ = start(settings, directory, broker, targets, episodes)) {
      LongStream.Builder delays = LongStream.builder();
      int first;
      int last;
      try (KafkaConsumer<byte[], byte[]> alerts = alerts(broker)) {
        read(alerts, settings.skipSeconds(), LongStream.builder());
        first = episodes.latest() + 1;
        read(alerts, settings.seconds(), delays);
        last = episodes.latest();
        read(alerts, MISSING_SECONDS, LongStream.builder());
      }
      return new Result(
          new Percentiles(delays.build().toArray()), new Percentiles(episodes.delays(first, last)));
    }
  }

  private static ServerProcess start(
      Settings settings, Path directory, int broker, SyntheticTargets targets, Episodes episodes)
      throws IOException {
    Files.writeString(
        directory.resolve("prometheus.yml"),
        """
        rule_files: [rules.yml]
        %s  - job_name: episodes
            static_configs: [{targets: ["%s"]}]
        """
            .formatted(targets.scrapeConfig(INTERVAL_MILLIS), episodes.address()));
    Files.writeString(
        directory.resolve("rules.yml"),
        """
        groups:
          - name: latency
            interval: 1s
            rules:
              - {alert: Signal, expr: signal == 1}
        """);
    Path alertmanager = directory.resolve("alertmanager.yml");
    Files.writeString(
        alertmanager,
        """
        route: {receiver: hook, group_by: [episode], group_wait: 0s, group_interval: 1s}
        receivers: [{name: hook, webhook_configs: [{url: "http://%s/hook"}]}]
        """
            .formatted(episodes.address()));
    return ReleasedWeir.start(
        settings.release(),
        directory,
        broker,
        "127.0.0.1:" + FreePorts.next(),
        List.of("--alertmanager.config=" + alertmanager));
  }

  private static KafkaConsumer<byte[], byte[]> alerts(int broker) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                "127.0.0.1:" + broker,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    TopicPartition partition = new TopicPartition(Topics.ALERTS, 0);
    consumer.assign(List.of(partition));
    consumer.seekToEnd(List.of(partition));
    return consumer;
  }

  private static void read(
      KafkaConsumer<byte[], byte[]> alerts, int seconds, LongStream.Builder delays) {
    RecordReader<AlertTransition> reader = RecordType.ALERTS.reader(Optional.empty());
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (System.nanoTime() < end) {
      for (ConsumerRecord<byte[], byte[]> one : alerts.poll(POLL)) {
        AlertTransition transition = reader.read(one.value());
        if (transition.labels().has("episode")) {
          delays.add(System.currentTimeMillis() - transition.evaluatedAt().toEpochMilli());
        }
      }
    }
  }
}
