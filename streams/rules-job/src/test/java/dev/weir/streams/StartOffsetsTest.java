package dev.weir.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import dev.weir.schemas.Topics;
import dev.weir.testing.broker.EmbeddedBrokerFixture;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartOffsetsTest {
  private static final String GROUP = "weir-rules";
  private static final List<TopicPartition> INPUTS =
      IntStream.range(0, RulesCluster.PARTITIONS)
          .mapToObj(partition -> new TopicPartition(Topics.SAMPLES, partition))
          .toList();

  @TempDir private Path directory = Path.of("");
  private RulesCluster cluster;

  @SuppressWarnings("NullAway.Init") // Set before each test.
  StartOffsetsTest() {}

  @BeforeEach
  void startCluster() {
    cluster = new RulesCluster(EmbeddedBrokerFixture.start(directory));
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private long commit(Instant begin) throws Exception {
    new StartOffsets(GROUP, cluster.kafka()).commit(INPUTS, begin);
    Map<TopicPartition, Long> committed = new HashMap<>();
    try (Admin admin = cluster.kafka().admin("test")) {
      admin
          .listConsumerGroupOffsets(GROUP)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach((partition, offset) -> committed.put(partition, offset.offset()));
    }
    assertTrue(committed.keySet().containsAll(INPUTS), committed::toString);
    return committed.values().stream().mapToLong(Long::longValue).sum();
  }

  private void scrape() {
    cluster.scrape(
        System.currentTimeMillis(),
        OptionalLong.empty(),
        Map.of("db-a:9100", 1.0, "db-b:9100", 1.0));
  }

  /// Whatever is appended after that is read.
  @Test
  void anEmptyPartitionIsReadFromWhereItEndedThen() throws Exception {
    assertEquals(0, commit(Instant.now().plusSeconds(3_600)));
    scrape();
    assertEquals(0, commit(Instant.now().plusSeconds(3_600)), "what was said stands");
  }

  @Test
  void recordsBeforeTheBeginningAreNotRead() throws Exception {
    scrape();
    assertEquals(2, commit(Instant.now().plusSeconds(3_600)));
  }

  @Test
  void recordsFromTheBeginningOnAreRead() throws Exception {
    Instant begin = Instant.now();
    scrape();
    assertEquals(0, commit(begin));
  }

  @Test
  void brokersThatAreAwayAreSaid() {
    cluster.close();
    WeirException.Unavailable problem =
        assertThrows(
            WeirException.Unavailable.class,
            () ->
                new StartOffsets(
                        GROUP,
                        RulesCluster.kafka(
                            cluster.bootstrapServers(),
                            Map.of("default.api.timeout.ms", "500", "request.timeout.ms", "300")))
                    .commit(INPUTS, Instant.now()));
    assertTrue(
        String.valueOf(problem.getMessage()).contains("do not say where rules begin to read"),
        problem::getMessage);
  }
}
