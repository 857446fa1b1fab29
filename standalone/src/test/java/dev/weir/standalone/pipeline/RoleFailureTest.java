package dev.weir.standalone.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import dev.weir.schemas.Topics;
import dev.weir.service.http.ListenAddress;
import dev.weir.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

/// What becomes of a process one of whose roles cannot go on.
class RoleFailureTest extends PipelineFixture {

  /// A member of the sinks' group under the name of this process's sink.
  private KafkaConsumer<byte[], byte[]> namesake() {
    String broker =
        lines.stream()
            .filter(line -> line.startsWith("broker ") && line.endsWith(", embedded"))
            .map(line -> line.replaceAll("^broker +|, embedded$", ""))
            .findFirst()
            .orElseThrow();
    String member = Addresses.of(new ListenAddress("localhost", port), Optional.empty()).member();
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            broker,
            ConsumerConfig.GROUP_ID_CONFIG,
            "weir-sink",
            ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
            member,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            CooperativeStickyAssignor.class.getName()),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  @Test
  void aSinkWhoseNameAnotherHasEndsTheProcess() throws Exception {
    port = freePort();
    try (Pipeline pipeline = new Pipeline(settings(), lines::add)) {
      pipeline.start();
      Await.untilPasses(() -> assertEquals("Weir is ready.\n", get("/-/ready").body()), PATIENCE);
      CompletableFuture<WeirException> failure =
          CompletableFuture.supplyAsync(pipeline::awaitFailure);
      try (KafkaConsumer<byte[], byte[]> namesake = namesake()) {
        namesake.subscribe(List.of(Topics.SAMPLES));
        Await.until(
            () -> {
              namesake.poll(Duration.ofMillis(100));
              return failure.isDone();
            },
            PATIENCE,
            () -> "the sink to be told that its name is taken");
      }
      WeirException told = failure.get(1, TimeUnit.SECONDS);
      assertInstanceOf(WeirException.BadData.class, told);
      assertTrue(
          told.getMessage().contains("another sink of group \"weir-sink\""), told.getMessage());
      assertEquals("Weir is not ready: sink\n", get("/-/ready").body());
    }
  }
}
