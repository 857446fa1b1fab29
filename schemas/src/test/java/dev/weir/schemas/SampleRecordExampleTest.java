package dev.weir.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The record that `docs/formats/sample-record.md` shows byte by byte. If this test fails, records
/// in topics can no longer be read: a change of the format is a new version of the schema.
class SampleRecordExampleTest {
  private static final Path PAGE = Path.of("..", "docs", "formats", "sample-record.md");

  @Test
  void thePageShowsTheBytesThatAreWritten() throws IOException {
    Layout layout = Layout.of(List.of(series("node_load1"), series("up")));
    SampleRecord example =
        new SampleRecord(
            new GroupKey(
                new PartitionKey.OfTarget(Tenant.DEFAULT, "node", "a:9100"), "4f1d", Slice.WHOLE),
            layout.hash(),
            Optional.of(new LayoutFrame.Whole(layout)),
            List.of(
                Row.whole(1_700_000_000_000L, new double[] {0.52, 1}),
                Row.whole(1_700_000_015_000L, new double[] {AbsentValue.VALUE, 0})),
            7,
            OptionalLong.of(1_700_000_030_000L));
    byte[] written = RecordType.SAMPLES.writer(Topics.SAMPLES, Optional.empty()).write(example);
    String page = Files.readString(PAGE);
    String shown =
        page.substring(page.indexOf("<!-- bytes -->"), page.indexOf("<!-- end -->"))
            .lines()
            .filter(line -> line.startsWith("    "))
            .map(line -> line.substring(4).split("  ", 2)[0].replace(" ", ""))
            .collect(Collectors.joining());
    assertEquals(shown, HexFormat.of().formatHex(written));
    assertEquals(example, RecordType.SAMPLES.reader(Optional.empty()).read(written));
    assertTrue(page.contains("`" + written.length + "` bytes"));
  }

  private static SeriesMeta series(String name) {
    return new SeriesMeta(
        Labels.of(Labels.NAME, name, "job", "node", "instance", "a:9100"), MetricType.GAUGE);
  }
}
