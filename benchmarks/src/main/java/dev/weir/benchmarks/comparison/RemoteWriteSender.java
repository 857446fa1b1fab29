package dev.weir.benchmarks.comparison;

import dev.weir.benchmarks.query.RemoteWriteEncoder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/// Writes series to a server by remote write, as a Prometheus would: all series together, a few
/// minutes at a time.
final class RemoteWriteSender {
  private static final long SLICE_MILLIS = 300_000;
  private static final int SAMPLES_PER_REQUEST = 5_000;

  private final HttpClient client;
  private final URI server;

  RemoteWriteSender(HttpClient client, URI server) {
    this.client = client;
    this.server = server;
  }

  void send(ComparedData data) throws IOException, InterruptedException {
    RemoteWriteEncoder encoder = new RemoteWriteEncoder();
    long end = data.endMillis() + SLICE_MILLIS;
    for (long from = data.startMillis(); from < end; from += SLICE_MILLIS) {
      for (Series series : data.series()) {
        add(series, from, encoder);
        if (encoder.samples() > SAMPLES_PER_REQUEST) {
          post(encoder.body());
        }
      }
      post(encoder.body());
    }
  }

  private static void add(Series series, long from, RemoteWriteEncoder encoder) {
    List<byte[]> labels = List.of(RemoteWriteEncoder.encode(series.labels()));
    for (int i = 0; i < series.values().length; i++) {
      long timestamp = series.timestampsMillis()[i];
      if (timestamp >= from && timestamp < from + SLICE_MILLIS) {
        encoder.add(labels, new double[] {series.values()[i]}, timestamp);
      }
    }
  }

  private void post(byte[] body) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(server.resolve("/api/v1/write"))
                .header("Content-Type", "application/x-protobuf")
                .header("Content-Encoding", "snappy")
                .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          "%s answered a remote write with %d: %s"
              .formatted(server, response.statusCode(), response.body()));
    }
  }
}
