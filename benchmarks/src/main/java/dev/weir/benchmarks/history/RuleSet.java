package dev.weir.benchmarks.history;

import java.util.ArrayList;
import java.util.List;

/// Fifty rules as people write them, once a minute: a third record, some of them for others.
final class RuleSet {
  private RuleSet() {}

  static String text() {
    List<String> rules = new ArrayList<>();
    for (String path : List.of("/", "/login", "/search", "/cart", "/order")) {
      String name = path.equals("/") ? "root" : path.substring(1);
      rules.add(
          record(
              "path:http_requests:rate5m_" + name,
              "sum by (path) (rate(http_requests_total{path=\"%s\"}[5m]))".formatted(path)));
      rules.add(
          record(
              "path:http_errors:rate5m_" + name,
              "sum by (path) (rate(http_requests_total{path=\"%s\", code=~\"5..\"}[5m]))"
                  .formatted(path)));
      rules.add(
          alert(
              "Errors_" + name,
              "path:http_errors:rate5m_%s / path:http_requests:rate5m_%s > 0.05"
                  .formatted(name, name),
              "5m"));
      rules.add(
          alert(
              "Slow_" + name,
              ("histogram_quantile(0.99, sum by (le) (rate("
                      + "http_request_duration_seconds_bucket{path=\"%s\"}[5m]))) > 0.4")
                  .formatted(path),
              "10m"));
    }
    for (int queue = 0; queue < 10; queue++) {
      rules.add(
          alert("QueueLong_" + queue, "queue_length{queue=\"q%d\"} > 400".formatted(queue), "5m"));
    }
    for (char device = 'a'; device < 'k'; device++) {
      rules.add(
          alert(
              "DiskFull_" + device,
              "predict_linear(disk_free_bytes{device=\"sd%c\"}[30m], 4 * 3600) < 0"
                  .formatted(device),
              "10m"));
    }
    rules.add(record("instance:cpu:rate5m", "sum by (instance) (rate(cpu_seconds_total[5m]))"));
    rules.add(alert("CpuBusy", "instance:cpu:rate5m > 5", "15m"));
    rules.add(alert("InstanceDown", "up == 0", "1m"));
    rules.add(alert("ManyDown", "count(up == 0) > 0.1 * count(up)", "2m"));
    rules.add(alert("OpenFiles", "process_open_fds > 155", "5m"));
    rules.add(alert("Memory", "avg_over_time(process_resident_memory_bytes[10m]) > 8.3e8", "5m"));
    rules.add(alert("Restarted", "changes(process_start_time_seconds[15m]) > 2", "0s"));
    rules.add(alert("Throttled", "increase(http_requests_total{code=\"429\"}[10m]) > 8000", "5m"));
    rules.add(record("job:queue_length:max", "max by (job) (queue_length)"));
    rules.add(alert("NoRequests", "absent(http_requests_total)", "5m"));
    StringBuilder text = new StringBuilder("groups:\n- name: api\n  interval: 1m\n  rules:\n");
    rules.forEach(text::append);
    return text.toString();
  }

  private static String record(String name, String expr) {
    return "  - {record: '%s', expr: '%s'}%n".formatted(name, expr);
  }

  private static String alert(String name, String expr, String length) {
    return "  - {alert: '%s', expr: '%s', for: %s, labels: {severity: page}}%n"
        .formatted(name, expr, length);
  }
}
