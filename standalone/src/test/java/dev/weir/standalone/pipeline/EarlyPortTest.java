package dev.weir.standalone.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.testing.Await;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/// What a process answers before all of it runs.
class EarlyPortTest extends PipelineFixture {
  @Test
  void aProcessThatStartsIsHealthyAndSaysWhatItWaitsFor() throws Exception {
    port = freePort();
    ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
    // Asked from within the start, by the lines that it announces.
    try (Pipeline pipeline =
        new Pipeline(
            settings(),
            line -> {
              if (line.startsWith("broker ")) {
                answers.add("healthy " + get("/-/healthy").statusCode());
                answers.add(get("/-/ready").statusCode() + " " + get("/-/ready").body());
                answers.add("query " + get("/api/v1/query?query=up").statusCode());
                answers.add("metrics " + get("/metrics").statusCode());
              }
            })) {
      pipeline.start();
      assertEquals("healthy 200", answers.remove());
      assertEquals("503 Weir is not ready: starting the broker\n", answers.remove());
      assertEquals("query 503", answers.remove());
      assertEquals("metrics 200", answers.remove());
      Await.untilPasses(() -> assertEquals("Weir is ready.\n", get("/-/ready").body()), PATIENCE);
      assertEquals(200, get("/api/v1/query?query=up").statusCode());
      assertTrue(answers.isEmpty());
    }
  }
}
