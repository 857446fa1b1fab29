package dev.weir.testing.consuming;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/// Reads `weir.samples` with nothing of Weir's but its schema. Between the lines with scissors
/// stands what `docs/consuming.md` shows; a test holds the two together.
final class PrintSamples {
  // >8 docs/consuming.md
  private final Map<Object, List<GenericRecord>> layouts = new HashMap<>();
  private final BinaryMessageDecoder<GenericRecord> decoder;

  PrintSamples(Schema schema) {
    this.decoder = new BinaryMessageDecoder<>(GenericData.get(), schema);
  }

  void print(ConsumerRecords<byte[], byte[]> records, Consumer<String> out) throws IOException {
    for (var kafkaRecord : records) {
      GenericRecord sampleRecord = decoder.decode(kafkaRecord.value());
      Object hash = sampleRecord.get("layoutHash");
      if (sampleRecord.get("layout") instanceof GenericRecord layout) {
        layouts.computeIfAbsent(hash, _ -> series(layout));
      }
      List<GenericRecord> series = layouts.get(hash);
      if (series != null) { // else it comes within ten minutes
        for (GenericRecord row : records(sampleRecord.get("rows"))) {
          List<?> columns = (List<?>) row.get("columns");
          double[] values = numbers((GenericRecord) row.get("values"));
          for (int i = 0; i < values.length; i++) {
            int column = columns == null ? i : (Integer) columns.get(i);
            if (!Double.isNaN(values[i])) {
              Object labels = series.get(column).get("labels");
              out.accept(labels + " " + values[i] + " @" + row.get("timestampMillis"));
            }
          }
        }
      }
    }
  }

  /// A layout's series in column order; null if it continues one that has not come.
  private List<GenericRecord> series(GenericRecord layout) {
    if (!layout.hasField("base")) {
      return records(layout.get("series"));
    }
    List<GenericRecord> base = layouts.get(layout.get("base"));
    return base == null
        ? null
        : Stream.concat(base.stream(), records(layout.get("added")).stream())
            .sorted(Comparator.comparing(PrintSamples::sortedLabels, Arrays::compare))
            .toList();
  }

  private static String[] sortedLabels(GenericRecord series) {
    TreeMap<String, String> sorted = new TreeMap<>();
    ((Map<?, ?>) series.get("labels")).forEach((k, v) -> sorted.put(k.toString(), v.toString()));
    return sorted.entrySet().stream()
        .flatMap(label -> Stream.of(label.getKey(), label.getValue()))
        .toArray(String[]::new);
  }

  private static double[] numbers(GenericRecord numbers) {
    ByteBuffer scales = (ByteBuffer) numbers.get("scales");
    Iterator<?> digits = ((List<?>) numbers.get("digits")).iterator();
    Iterator<?> doubles = ((List<?>) numbers.get("doubles")).iterator();
    double[] values = new double[scales.remaining()];
    for (int i = 0; i < values.length; i++) {
      byte scale = scales.get(i);
      values[i] =
          switch (scale) {
            case 100 -> (Double) doubles.next();
            case 101, 102 -> Double.NaN; // no sample; the series has ended
            default -> (Long) digits.next() / Math.pow(10, scale);
          };
    }
    return values;
  }

  @SuppressWarnings("unchecked")
  private static List<GenericRecord> records(Object array) {
    return (List<GenericRecord>) array;
  }
  // 8< docs/consuming.md
}
