package dev.weir.collectors.scrape;

import dev.weir.collectors.publish.OutgoingRows;
import dev.weir.model.AbsentValue;
import dev.weir.model.Row;
import dev.weir.model.StalenessMarker;
import dev.weir.schemas.MetricMetadata;
import dev.weir.schemas.TargetState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Keeps what a scraper puts out, for tests to look at.
final class CapturedOutput implements ScrapeOutput {
  private final List<OutgoingRows> rows = new ArrayList<>();
  private final List<MetricMetadata> metadata = new ArrayList<>();
  private final List<TargetState> states = new ArrayList<>();
  private final List<TargetState> gone = new ArrayList<>();

  @Override
  public synchronized void rows(List<OutgoingRows> more) {
    rows.addAll(more);
  }

  @Override
  public synchronized void metadata(MetricMetadata more) {
    metadata.add(more);
  }

  @Override
  public synchronized void state(TargetState state) {
    states.add(state);
  }

  @Override
  public synchronized void gone(TargetState state) {
    gone.add(state);
  }

  synchronized List<OutgoingRows> takeRows() {
    List<OutgoingRows> taken = List.copyOf(rows);
    rows.clear();
    return taken;
  }

  synchronized List<MetricMetadata> metadata() {
    return List.copyOf(metadata);
  }

  synchronized List<TargetState> states() {
    return List.copyOf(states);
  }

  synchronized List<TargetState> gone() {
    return List.copyOf(gone);
  }

  /// The samples since the last call, as `series @time` and value, without those about the scrape.
  Map<String, String> takeSamples() {
    Map<String, String> samples = takeAllSamples();
    samples.keySet().removeIf(series -> series.startsWith("up") || series.startsWith("scrape_"));
    return samples;
  }

  Map<String, String> takeAllSamples() {
    Map<String, String> samples = new TreeMap<>();
    for (OutgoingRows outgoing : takeRows()) {
      for (Row row : outgoing.rows().rows()) {
        row.checkFits(outgoing.rows().layout().size());
        int[] columns = row.columns();
        for (int i = 0; i < row.values().length; i++) {
          double value = row.values()[i];
          if (!AbsentValue.is(value)) {
            int column = columns == null ? i : columns[i];
            String series =
                outgoing.rows().layout().series().get(column).labels()
                    + " @"
                    + row.timestampMillis();
            String text = StalenessMarker.is(value) ? "stale" : Double.toString(value);
            if (samples.putIfAbsent(series, text) != null) {
              throw new AssertionError(series + " has two samples");
            }
          }
        }
      }
    }
    return samples;
  }
}
