package dev.weir.collectors.publish;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.schemas.publish.GroupRows;
import java.util.List;
import java.util.OptionalLong;

/// Rows of a target with two series, each with the row's number in its values, for tests.
final class Outgoing {
  private static final Labels HITS =
      Labels.of("__name__", "hits_total", "instance", "a:80", "job", "api");
  private static final Labels LOAD =
      Labels.of("__name__", "load", "instance", "a:80", "job", "api");
  private static final Layout LAYOUT =
      Layout.of(
          List.of(
              new SeriesMeta(HITS, MetricType.COUNTER), new SeriesMeta(LOAD, MetricType.GAUGE)));
  private static final GroupKey GROUP =
      new GroupKey(PartitionKey.of(Tenant.DEFAULT, HITS), "target-1", Slice.WHOLE);

  /// Bytes that one of these rows takes in a buffer.
  static final long BYTES = scraped(0).bytes();

  private Outgoing() {}

  private static GroupRows rows(int number) {
    return new GroupRows(
        GROUP, LAYOUT, List.of(Row.whole(1_000L * number, new double[] {number, number / 2.0})));
  }

  static OutgoingRows scraped(int number) {
    return new OutgoingRows(rows(number), 7, OptionalLong.of(1_000L * (number + 1)));
  }

  /// A scrape with a series that no other scrape has.
  static OutgoingRows ofNewSeries(int number) {
    Labels labels =
        Labels.of(
            "__name__", "hits_total", "instance", "a:80", "job", "api", "path", "/page/" + number);
    return new OutgoingRows(
        new GroupRows(
            GROUP,
            Layout.of(List.of(new SeriesMeta(labels, MetricType.COUNTER))),
            List.of(Row.whole(1_000L * number, new double[] {number}))),
        7,
        OptionalLong.empty());
  }

  static OutgoingRows pushed(int number) {
    return OutgoingRows.pushed(rows(number));
  }

  static int numberOf(OutgoingRows rows) {
    return (int) rows.rows().rows().getFirst().values()[0];
  }
}
