package dev.weir.benchmarks.ingest;

import dev.weir.benchmarks.query.RecordedInstances.Instance;
import dev.weir.model.AbsentValue;
import dev.weir.model.FloatText;
import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// Recorded instances as targets to scrape, all on one port. Every scraper sees the same page at
/// the same time: pages are written before, and the next one is shown every interval.
public final class RecordedTargets implements AutoCloseable {
  private final byte[][][] pages;
  private final long intervalNanos;
  private final long begunNanos = System.nanoTime();
  private final TargetPages server;

  /// @param scrapes pages of each instance, after which they begin again, as after a restart
  public RecordedTargets(List<Instance> instances, int scrapes, Duration interval) {
    this.intervalNanos = interval.toNanos();
    this.pages =
        instances.stream()
            .map(instance -> {
              byte[][] ofInstance = new byte[scrapes][];
              for (int scrape = 0; scrape < scrapes; scrape++) {
                ofInstance[scrape] = page(instance, scrape);
              }
              return ofInstance;
            })
            .toArray(byte[][][]::new);
    this.server = new TargetPages("recorded", instances.size(), this::current);
  }

  private byte[] current(int target) {
    long number = (System.nanoTime() - begunNanos) / intervalNanos;
    byte[][] all = pages[target];
    return all[(int) (number % all.length)];
  }

  /// A scrape in Prometheus's text format, without types: peers of all ages read the same.
  private static byte[] page(Instance instance, int scrape) {
    double[] values = instance.scrape(scrape);
    StringBuilder page = new StringBuilder(values.length * 64);
    for (int i = 0; i < values.length; i++) {
      if (!AbsentValue.is(values[i])) {
        appendSeries(page, instance.series().get(i).labels());
        page.append(' ').append(FloatText.plain(values[i])).append('\n');
      }
    }
    return page.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void appendSeries(StringBuilder page, Labels labels) {
    page.append(labels.metricName()).append('{');
    labels.forEach((name, value) -> {
      if (!name.equals("__name__") && !name.equals("job") && !name.equals("instance")) {
        page.append(name).append('=').append(LabelText.quote(value)).append(',');
      }
    });
    page.append('}');
  }

  /// A `prometheus.yml` that scrapes them.
  public String scrapeConfig(Duration interval) {
    return server.scrapeConfig(interval);
  }

  @Override
  public void close() {
    server.close();
  }
}
