package dev.weir.standalone.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.testing.Await;
import java.net.http.HttpResponse;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;

/// What becomes of a process whose broker can write no more.
class BrokerFailureTest extends PipelineFixture {
  @Test
  void readingGoesOnAndTheProcessIsNotReady() throws Exception {
    port = freePort();
    try (Pipeline pipeline = new Pipeline(settings(), lines::add)) {
      pipeline.start();
      Await.untilPasses(
          () -> {
            String body = get("/api/v1/query?query=up").body();
            assertTrue(body.contains("\"value\""), body);
          },
          PATIENCE);
      Await.untilPasses(() -> assertEquals("Weir is ready.\n", get("/-/ready").body()), PATIENCE);

      // What Kafka calls when it can write none of its directories any more.
      assertEquals(200, get("/-/healthy").statusCode());
      Exit.exit(1, "no log directory is left");

      Await.until(
          () -> lines.stream().anyMatch(line -> line.startsWith("broker     failed: ")),
          PATIENCE,
          () -> "an announcement of the failure among " + lines);
      assertTrue(
          lines.stream().anyMatch(line -> line.contains("restart the process")), lines::toString);
      Await.untilPasses(
          () -> assertEquals("Weir is not ready: broker, collector\n", get("/-/ready").body()),
          PATIENCE);
      assertEquals(503, get("/-/ready").statusCode());
      HttpResponse<String> healthy = get("/-/healthy");
      assertEquals(503, healthy.statusCode(), "a supervisor restarts the process");
      assertEquals(
          "Weir is not healthy: its broker failed, and works again after a restart\n",
          healthy.body());
      HttpResponse<String> up = get("/api/v1/query?query=last_over_time(up[1h])");
      assertEquals(200, up.statusCode());
      assertTrue(up.body().contains("\"value\""), up.body());
    }
  }
}
