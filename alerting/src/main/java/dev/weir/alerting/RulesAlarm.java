package dev.weir.alerting;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.service.kafka.CompactedView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Raises an alert where results of rules have stopped: nobody else can, when rules are not
/// evaluated. A thread of its own asks [RuleWatch] again and again, and hands on what it says the
/// way of alerts that others send. Every member does the same.
final class RulesAlarm implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RulesAlarm.class);

  private static final Duration CHECK = Duration.ofMillis(500);

  private final CompactedView<RuleReport> rules;
  private final AlertingWorker worker;
  private final AlertReceiver receiver;
  private final AlertingMetrics metrics;
  private final InstantSource clock;
  private final RuleWatch watch = new RuleWatch();
  private final ScheduledExecutorService checks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("alerting-rules").daemon().factory());

  private volatile Instant checkedAt = Instant.MIN;

  /// @param rules started and closed by the alarm
  RulesAlarm(
      CompactedView<RuleReport> rules,
      AlertingWorker worker,
      AlertReceiver receiver,
      AlertingMetrics metrics,
      InstantSource clock) {
    this.rules = rules;
    this.worker = worker;
    this.receiver = receiver;
    this.metrics = metrics;
    this.clock = clock;
  }

  void start() {
    rules.start();
    var _ =
        checks.scheduleWithFixedDelay(
            this::checkIfReady, 0, CHECK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// When rules were checked last, by the clock of this member.
  Instant checkedAt() {
    return checkedAt;
  }

  /// Whether it has begun to watch: alerts and rules are known.
  boolean isWatching() {
    return checkedAt.isAfter(Instant.MIN);
  }

  private void checkIfReady() {
    try {
      if (worker.isReady() && rules.isCaughtUp()) {
        check(clock.instant());
      }
    } catch (WeirException.Unavailable e) {
      LOG.warn("cannot tell whether results of rules come, trying again: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("checking whether results of rules come failed, trying again", e);
    }
  }

  private void check(Instant now) {
    if (!isWatching()) {
      watch.takeOver(worker.ask(view -> view.alerts().saidBy(RuleWatch.SOURCE)), now);
    }
    RuleWatch.Findings findings = watch.check(rules.values(), now);
    metrics.stoppedRuleGroups(findings.stopped());
    for (RuleWatch.Saying saying : findings.sayings()) {
      say(saying);
    }
    checkedAt = now;
  }

  private void say(RuleWatch.Saying saying) {
    boolean written = false;
    try {
      switch (saying) {
        case RuleWatch.Saying.Fires(Tenant tenant, PostedAlert alert, _) -> raise(tenant, alert);
        case RuleWatch.Saying.Ends(Tenant tenant) ->
            receiver.end(tenant, RuleWatch.SOURCE, RuleWatch.FINGERPRINT);
      }
      written = true;
    } finally {
      watch.said(saying, written);
    }
  }

  private void raise(Tenant tenant, PostedAlert alert) {
    List<String> problems = receiver.receive(tenant, Optional.of(RuleWatch.SOURCE), List.of(alert));
    if (!problems.isEmpty()) {
      throw new WeirException.Internal("alert of tenant %s: %s".formatted(tenant.name(), problems));
    }
  }

  @Override
  public void close() {
    checks.shutdownNow();
    rules.close();
  }
}
