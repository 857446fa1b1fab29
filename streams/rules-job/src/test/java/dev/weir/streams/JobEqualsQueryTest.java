package dev.weir.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weir.model.Labels;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryValue;
import dev.weir.streams.JobDriver.Recorded;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.MemorySeriesSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// What rules record equals what a query gives at the same times.
class JobEqualsQueryTest {
  private static final int SECONDS = 150;
  private static final Duration SCRAPES = Duration.ofSeconds(10);

  private static final List<String> LEAVES =
      List.of(
          "queue_length",
          "rate(requests_total[40s])",
          "increase(requests_total[1m])",
          "max_over_time(queue_length[30s])",
          "queue_length offset 20s",
          "-queue_length",
          "queue_length * 2 + 1",
          "queue_length > 3",
          "changes(queue_length[1m])",
          "timestamp(queue_length)",
          "avg_over_time(rate(requests_total[20s])[40s:10s])");

  private static final List<String> AROUND =
      List.of(
          "%s",
          "sum(%s)",
          "sum by (job) (%s)",
          "avg without (instance) (%s)",
          "count by (instance) (%s)",
          "topk(2, %s)",
          "quantile(0.5, %s)",
          "stddev by (job) (%s)",
          "stdvar(%s)",
          "min by (path) (%s) - max without (path, instance) (%s)",
          "sum(%s) / count(%s)",
          "group by (instance) (%s)",
          "bottomk by (path) (1, %s)",
          "%s - queue_length",
          "avg by (path) (%s / (queue_length + 1))",
          "%s and queue_length > 1",
          "%s / on (job, instance, path) queue_length",
          "%s and on (instance) up == 1",
          "%s or up",
          "%s unless on (instance) up == 0",
          "count_values(\"value\", %s)",
          "absent(%s > 1e6)",
          "sort_desc(%s)");

  private final Random random = new Random();
  private final Map<String, Double> values = new HashMap<>();
  private MemorySeriesSource all = new MemorySeriesSource();

  @Property(tries = 15)
  void whatRulesRecordIsWhatAQueryGives(@ForAll long seed) throws IOException {
    random.setSeed(seed);
    values.clear();
    all = new MemorySeriesSource();
    List<String> expressions = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      expressions.add(choose(AROUND).replace("%s", "(" + choose(LEAVES) + ")"));
    }
    Path directory = Files.createTempDirectory("weir-rules-job");
    try (JobDriver job = new JobDriver(directory)) {
      job.define(ruleFile(expressions));
      List<Recorded> recorded = run(job);
      for (int i = 0; i < expressions.size(); i++) {
        compare(expressions.get(i), "rule:" + i, recorded);
      }
    }
  }

  private String choose(List<String> texts) {
    return texts.get(random.nextInt(texts.size()));
  }

  private static String ruleFile(List<String> expressions) {
    StringBuilder file = new StringBuilder("groups:\n- name: node\n  interval: 10s\n  rules:\n");
    for (int i = 0; i < expressions.size(); i++) {
      file.append("  - {record: \"rule:%d\", expr: '%s'}%n".formatted(i, expressions.get(i)));
    }
    return file.toString();
  }

  /// Scrapes five targets at times of their own, which sometimes fail, lose a series or start anew.
  private List<Recorded> run(JobDriver job) {
    List<Recorded> recorded = new ArrayList<>();
    for (int second = 1; second <= SECONDS; second++) {
      job.advance(Duration.ofSeconds(1));
      for (int target = 0; target < 5; target++) {
        // Nobody knows of a target before its first row, so that comes before the first evaluation.
        if (second % 10 == 1 + 2 * target && (second < 10 || random.nextInt(8) > 0)) {
          scrape(job, target);
        }
      }
      recorded.addAll(job.recorded());
    }
    return recorded;
  }

  private void scrape(JobDriver job, int target) {
    String instance = "host-" + target;
    List<Sample> samples = new ArrayList<>();
    boolean up = random.nextInt(6) > 0;
    add(samples, job, "up", instance, "", up ? 1 : 0);
    for (String path : List.of("/a", "/b")) {
      boolean there = up && random.nextInt(10) > 0;
      double length = random.nextInt(10) / 2.0;
      double total =
          random.nextInt(12) == 0
              ? 0
              : values.getOrDefault(instance + path, 0.0) + random.nextInt(100);
      values.put(instance + path, total);
      add(samples, job, "queue_length", instance, path, there ? length : StalenessMarker.VALUE);
      add(samples, job, "requests_total", instance, path, there ? total : StalenessMarker.VALUE);
    }
    all.append(GroupRow.of(Tenant.DEFAULT, samples));
    job.scrape(samples, SCRAPES);
  }

  private static void add(
      List<Sample> samples,
      JobDriver job,
      String name,
      String instance,
      String path,
      double value) {
    Labels labels =
        Labels.of("__name__", name, "instance", instance, "job", "api").toBuilder()
            .set("path", path)
            .build();
    samples.add(Sample.of(labels, job.nowMillis(), value));
  }

  private void compare(String expression, String rule, List<Recorded> recorded) {
    TreeMap<Long, Map<Labels, Double>> byTime = new TreeMap<>();
    for (Recorded sample : recorded) {
      if (sample.labels().metricName().equals(rule) && !StalenessMarker.is(sample.value())) {
        byTime
            .computeIfAbsent(sample.timestampMillis(), _ -> new TreeMap<>())
            .put(sample.labels(), sample.value());
      }
    }
    long first = JobDriver.START.toEpochMilli() + 10_000;
    long last = JobDriver.START.toEpochMilli() + (SECONDS - 10) * 1000L;
    for (long time = first; time <= last; time += 10_000) {
      assertAlike(
          "%s at %d s".formatted(expression, (time - first) / 1000 + 10),
          tolerance(expression),
          query(expression, rule, time),
          byTime.getOrDefault(time, Map.of()));
    }
  }

  private Map<Labels, Double> query(String expression, String rule, long timestampMillis) {
    QueryValue.Vector vector =
        (QueryValue.Vector)
            QueryEngine.inCallersThread()
                .instant(expression, timestampMillis, QueryContext.of(Tenant.DEFAULT, all))
                .value();
    Map<Labels, Double> values = new TreeMap<>();
    for (QueryValue.Sample sample : vector.samples()) {
      values.put(sample.labels().toBuilder().set(Labels.NAME, rule).build(), sample.value());
    }
    return values;
  }

  /// Timestamps lie so far from zero that rounding their mean takes digits from their variance,
  /// other digits in each order.
  private static double tolerance(String expression) {
    return expression.startsWith("std") && expression.contains("timestamp") ? 1e-6 : 1e-9;
  }

  /// Equal up to the order of summation.
  private static void assertAlike(
      String where, double tolerance, Map<Labels, Double> expected, Map<Labels, Double> actual) {
    assertEquals(expected.keySet(), actual.keySet(), where);
    expected.forEach((labels, value) -> {
      double other = actual.getOrDefault(labels, Double.NaN);
      if (Double.compare(value, other) != 0
          && Math.abs(value - other) > tolerance * Math.max(1, Math.abs(value))) {
        fail("%s: %s is %s, expected %s".formatted(where, labels, other, value));
      }
    });
  }
}
