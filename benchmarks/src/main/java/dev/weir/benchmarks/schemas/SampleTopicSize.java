package dev.weir.benchmarks.schemas;

import dev.weir.benchmarks.schemas.RecordedScrapes.Scrape;
import dev.weir.model.GroupKey;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.schemas.RecordKeys;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.Topic;
import dev.weir.schemas.Topics;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.schemas.publish.SliceTree;
import dev.weir.schemas.wire.RecordWriter;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.EmbeddedBrokerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/// How many bytes does a sample take in the topic? Publishes recorded scrapes as a collector does,
/// layouts and key frames included, through Weir's own producer settings to the embedded broker,
/// and asks the broker how large its log has become.
///
/// The recordings' 720 scrapes count as taken every 15 s. A target whose scrape falls alone into
/// the producer's linger has a batch of its own, which is the worst case; of many targets, those
/// that are scraped within the same linger and fall into one partition share a batch.
///
/// ```
/// ./mvnw -q -pl benchmarks -am package -DskipTests
/// java -cp 'benchmarks/target/classes:…' dev.weir.benchmarks.schemas.SampleTopicSize DIRECTORY
/// ```
public final class SampleTopicSize {
  private static final Duration INTERVAL = Duration.ofSeconds(15);
  private static final Instant START = Instant.ofEpochMilli(1_700_000_000_000L);

  /// What was published and what it took.
  public record Result(long samples, long records, long recordBytes, long topicBytes) {
    public double bytesPerSample() {
      return (double) topicBytes / samples;
    }

    @Override
    public String toString() {
      return "%.3f bytes a sample in the topic (%d samples in %d records, %.3f bytes before compression)"
          .formatted(bytesPerSample(), samples, records, (double) recordBytes / samples);
    }
  }

  /// One target and its scrapes.
  private record Target(PartitionKey key, List<Scrape> scrapes, SliceTree slices) {}

  /// A record that was sent and has not been acknowledged yet.
  private record Pending(Future<RecordMetadata> answer, LayoutPublisher.Publication publication) {}

  private final String bootstrapServers;
  private final List<Pending> pending = new ArrayList<>();
  private final LayoutPublisher publisher;
  private final RecordWriter<SampleRecord> writer =
      RecordType.SAMPLES.writer(Topics.SAMPLES, Optional.empty());
  private Instant now = START;
  private long samples;
  private long records;
  private long recordBytes;

  private SampleTopicSize(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    this.publisher = new LayoutPublisher(() -> now);
  }

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      throw new IllegalArgumentException("give the directory with the recordings");
    }
    List<Path> recordings = recordings(Path.of(arguments[0]));
    Path directory = Files.createTempDirectory("weir-topic-size");
    try (EmbeddedBrokerFixture broker = EmbeddedBrokerFixture.start(directory)) {
      String bootstrapServers = broker.bootstrapServers();
      for (Path recording : recordings) {
        for (Map<String, Object> settings : compressions()) {
          print(
              "%s alone, %s".formatted(recording.getFileName(), settings.values()),
              measure(bootstrapServers, List.of(recording), 1, 1, settings));
        }
      }
      print("all, alone", measure(bootstrapServers, recordings, 1, 1, Map.of()));
      for (int together : new int[] {1, 4, 16}) {
        print(
            "20 targets of each, %d in a linger".formatted(together),
            measure(bootstrapServers, recordings, 20, together, Map.of()));
      }
    }
  }

  private static List<Map<String, Object>> compressions() {
    List<Map<String, Object>> settings = new ArrayList<>();
    for (int level : new int[] {1, 3, 6, 9}) {
      settings.add(Map.of(ProducerConfig.COMPRESSION_ZSTD_LEVEL_CONFIG, level));
    }
    for (String codec : List.of("none", "lz4", "snappy", "gzip")) {
      settings.add(Map.of(ProducerConfig.COMPRESSION_TYPE_CONFIG, codec));
    }
    return settings;
  }

  private static void print(String what, Result result) {
    System.out.printf("%-40s %s%n", what, result);
  }

  /// The recordings of a directory.
  public static List<Path> recordings(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".txt.gz")).sorted().toList();
    }
  }

  /// Publishes recordings and measures their topic.
  ///
  /// @param copies targets that give the same recording, each a little later in it
  /// @param together how many targets' scrapes fall into one linger
  /// @param settings of the producer, beside [Topics#producerConfig]
  public static Result measure(
      String bootstrapServers,
      List<Path> recordings,
      int copies,
      int together,
      Map<String, Object> settings)
      throws IOException {
    return new SampleTopicSize(bootstrapServers)
        .run(targets(recordings, copies), together, settings);
  }

  private static List<Target> targets(List<Path> recordings, int copies) throws IOException {
    List<Target> targets = new ArrayList<>();
    for (int copy = 0; copy < copies; copy++) {
      for (Path recording : recordings) {
        String job = recording.getFileName().toString().replaceAll("^rec_|\\.txt\\.gz$", "");
        String instance = "host-%d.example.com:9100".formatted(copy);
        List<Scrape> scrapes = RecordedScrapes.read(recording, job, instance);
        targets.add(
            new Target(
                new PartitionKey.OfTarget(Tenant.DEFAULT, job, instance),
                scrapes.subList(copy * 7 % 200, scrapes.size()),
                new SliceTree()));
      }
    }
    return targets;
  }

  private Result run(List<Target> targets, int together, Map<String, Object> settings) {
    try (BrokerClients clients = new BrokerClients(bootstrapServers)) {
      Topic samplesTopic = Topics.all(Topics.Deployment.EMBEDDED).getFirst();
      String topic =
          clients.createTopic("samples", samplesTopic.partitions(), samplesTopic.config());
      Map<String, Object> config = new HashMap<>(Topics.producerConfig());
      // Batches end where they are flushed, not by the clock.
      config.put(ProducerConfig.LINGER_MS_CONFIG, 10_000);
      config.putAll(settings);
      KafkaProducer<byte[], byte[]> producer = clients.producer(config);
      int scrapes = targets.stream().mapToInt(target -> target.scrapes().size()).min().orElse(0);
      for (int scrape = 0; scrape < scrapes; scrape++) {
        for (int i = 0; i < targets.size(); i++) {
          publish(targets.get(i), scrape, topic, producer);
          if ((i + 1) % together == 0 || i + 1 == targets.size()) {
            flush(producer);
          }
        }
        now = now.plus(INTERVAL);
      }
      return new Result(samples, records, recordBytes, bytesOf(topic, clients));
    }
  }

  private void publish(
      Target target, int number, String topic, KafkaProducer<byte[], byte[]> producer) {
    Scrape scrape = target.scrapes().get(number);
    for (Map.Entry<Slice, List<SeriesMeta>> slice :
        target.slices().assign(scrape.layout().series()).entrySet()) {
      if (slice.getValue().size() != scrape.layout().size()) {
        throw new IllegalStateException("recordings of more than one slice are not measured");
      }
      LayoutPublisher.Publication publication =
          publisher.prepare(
              new GroupKey(target.key(), "9f86d081884c7d65", slice.getKey()),
              scrape.layout(),
              List.of(Row.whole(now.toEpochMilli(), scrape.values())),
              START.toEpochMilli(),
              OptionalLong.of(now.plus(INTERVAL).toEpochMilli()));
      byte[] value = writer.write(publication.sampleRecord());
      samples += publication.sampleRecord().sampleCount();
      records++;
      recordBytes += value.length;
      Future<RecordMetadata> sent =
          producer.send(new ProducerRecord<>(topic, RecordKeys.of(target.key()), value));
      pending.add(new Pending(sent, publication));
    }
  }

  private void flush(KafkaProducer<byte[], byte[]> producer) {
    producer.flush();
    for (Pending sent : pending) {
      BrokerClients.get(sent.answer());
      sent.publication().acknowledged();
    }
    pending.clear();
  }

  private static long bytesOf(String topic, BrokerClients clients) {
    return BrokerClients.get(clients.admin().describeLogDirs(List.of(1)).allDescriptions())
        .values()
        .stream()
        .flatMap(directories -> directories.values().stream())
        .flatMap(directory -> directory.replicaInfos().entrySet().stream())
        .filter(replica -> replica.getKey().topic().equals(topic))
        .map(Map.Entry::getValue)
        .mapToLong(ReplicaInfo::size)
        .sum();
  }
}
