package dev.weir.alerting;

import dev.weir.model.WeirException;
import dev.weir.service.client.ConfiguredClient;
import dev.weir.service.config.AlertmanagersConfig;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Alerts that wait for one Alertmanager, and the thread that posts them, many at once. When the
/// queue is full, the oldest are dropped; what is not taken is not tried again: firing alerts are
/// sent again soon anyhow. [#offer] is for any thread.
final class AlertmanagerQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AlertmanagerQueue.class);

  private static final int BATCH = 256;

  private final AlertmanagersConfig.Destination destination;
  private final int capacity;
  private final AlertingMetrics metrics;
  private final String name;
  private final ConfiguredClient client;
  private final Thread thread;

  /// Guarded by itself.
  private final ArrayDeque<String> waiting = new ArrayDeque<>();

  AlertmanagerQueue(
      AlertmanagersConfig.Destination destination, int capacity, AlertingMetrics metrics) {
    this.destination = destination;
    this.capacity = capacity;
    this.metrics = metrics;
    this.name = destination.url().toString();
    this.client = new ConfiguredClient(destination.http());
    this.thread = Thread.ofVirtual().name("alertmanager-" + name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Adds an alert.
  ///
  /// @param json an object of `POST /api/v2/alerts`
  void offer(String json) {
    synchronized (waiting) {
      if (waiting.size() >= capacity) {
        waiting.removeFirst();
        metrics.forwardDropped(name, 1);
      }
      waiting.addLast(json);
      metrics.queued(name, waiting.size());
      waiting.notifyAll();
    }
  }

  private void run() {
    try {
      while (true) {
        post(take());
      }
    } catch (InterruptedException e) {
      LOG.debug("no more alerts are sent to {}", name);
    }
  }

  private List<String> take() throws InterruptedException {
    synchronized (waiting) {
      while (waiting.isEmpty()) {
        waiting.wait();
      }
      List<String> batch = new ArrayList<>();
      while (batch.size() < BATCH && !waiting.isEmpty()) {
        batch.add(waiting.removeFirst());
      }
      metrics.queued(name, waiting.size());
      return batch;
    }
  }

  private void post(List<String> batch) throws InterruptedException {
    try {
      HttpRequest request =
          client
              .request(destination.url())
              .timeout(destination.timeout())
              .setHeader("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString("[" + String.join(",", batch) + "]"))
              .build();
      int status =
          client.client().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status / 100 == 2) {
        metrics.forwarded(name, batch.size());
      } else {
        failed(batch, "answered " + status);
      }
    } catch (IOException | WeirException e) {
      failed(batch, e.toString());
    }
  }

  private void failed(List<String> batch, String why) {
    metrics.forwardFailed(name, batch.size());
    LOG.warn("{} alerts were not taken by {}: {}", batch.size(), name, why);
  }

  @Override
  public void close() {
    thread.interrupt();
    client.close();
  }
}
