package dev.weir.benchmarks.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.weir.testing.broker.SharedBroker;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleTopicSizeTest {

  @Test
  void recordingsTakeAtMostTwoAndAHalfBytesASample() throws IOException {
    String directory = System.getProperty("recordings.dir", "");
    assumeFalse(directory.isEmpty(), "no recordings: run Maven with -Drecordings.dir=DIRECTORY");
    SampleTopicSize.Result result =
        SampleTopicSize.measure(
            SharedBroker.bootstrapServers(),
            SampleTopicSize.recordings(Path.of(directory)),
            1,
            1,
            Map.of());
    assertTrue(result.bytesPerSample() <= 2.5, result::toString);
  }

  @Test
  void readsARecordingAndMeasuresIt(@TempDir Path directory) throws IOException {
    Path recording = directory.resolve("rec_api.txt.gz");
    try (Writer out =
        new OutputStreamWriter(
            new GZIPOutputStream(Files.newOutputStream(recording)), StandardCharsets.UTF_8)) {
      out.write("#SCRAPE 0\n# TYPE http_requests_total counter\n");
      for (int scrape = 0; scrape < 100; scrape++) {
        out.write(scrape == 0 ? "" : "#SCRAPE %d\n".formatted(scrape));
        for (int handler = 0; handler < 200; handler++) {
          out.write(
              "http_requests_total{handler=\"/api/v1/%d\",code=\"200\"} %d\n"
                  .formatted(handler, 1000 * handler + 3 * scrape));
        }
      }
    }
    SampleTopicSize.Result result =
        SampleTopicSize.measure(
            SharedBroker.bootstrapServers(), List.of(recording), 1, 1, Map.of());
    assertEquals(20_000, result.samples());
    assertEquals(100, result.records());
    assertTrue(result.topicBytes() > 100 * 200, result::toString);
    assertTrue(result.topicBytes() < result.recordBytes(), result::toString);
  }
}
