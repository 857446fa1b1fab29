package dev.weir.benchmarks.comparison;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.xerial.snappy.Snappy;

/// Writes series to a server by remote write 1.0, as a Prometheus would: all series together, a few
/// minutes at a time.
final class RemoteWriteSender {
  private static final long SLICE_MILLIS = 300_000;
  private static final int SERIES_PER_REQUEST = 400;

  private final HttpClient client;

  RemoteWriteSender(HttpClient client) {
    this.client = client;
  }

  void send(ComparedData data, URI server) throws IOException, InterruptedException {
    long end = data.endMillis() + SLICE_MILLIS;
    for (long from = data.startMillis(); from < end; from += SLICE_MILLIS) {
      List<byte[]> entries = new ArrayList<>();
      for (Series series : data.series()) {
        byte[] entry = timeSeries(series, from, from + SLICE_MILLIS);
        if (entry.length > 0) {
          entries.add(entry);
        }
      }
      for (int i = 0; i < entries.size(); i += SERIES_PER_REQUEST) {
        post(entries.subList(i, Math.min(entries.size(), i + SERIES_PER_REQUEST)), server);
      }
    }
  }

  private void post(List<byte[]> entries, URI server) throws IOException, InterruptedException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    for (byte[] entry : entries) {
      writeBytes(request, 1, entry);
    }
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(server.resolve("/api/v1/write"))
                .header("Content-Type", "application/x-protobuf")
                .header("Content-Encoding", "snappy")
                .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                .POST(
                    HttpRequest.BodyPublishers.ofByteArray(Snappy.compress(request.toByteArray())))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          "%s answered a remote write with %d: %s"
              .formatted(server, response.statusCode(), response.body()));
    }
  }

  /// A message `TimeSeries`; empty if there is no sample in the time.
  private static byte[] timeSeries(Series series, long from, long until) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    series
        .labels()
        .forEach((name, value) -> {
          ByteArrayOutputStream label = new ByteArrayOutputStream();
          writeBytes(label, 1, name.getBytes(UTF_8));
          writeBytes(label, 2, value.getBytes(UTF_8));
          writeBytes(message, 1, label.toByteArray());
        });
    boolean any = false;
    for (int i = 0; i < series.values().length; i++) {
      long timestamp = series.timestampsMillis()[i];
      if (timestamp >= from && timestamp < until) {
        ByteArrayOutputStream sample = new ByteArrayOutputStream();
        sample.write(1 << 3 | 1);
        sample.writeBytes(
            ByteBuffer.allocate(Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(Double.doubleToRawLongBits(series.values()[i]))
                .array());
        sample.write(2 << 3);
        writeVarint(sample, timestamp);
        writeBytes(message, 2, sample.toByteArray());
        any = true;
      }
    }
    return any ? message.toByteArray() : new byte[0];
  }

  private static void writeBytes(ByteArrayOutputStream out, int field, byte[] bytes) {
    out.write(field << 3 | 2);
    writeVarint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void writeVarint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
