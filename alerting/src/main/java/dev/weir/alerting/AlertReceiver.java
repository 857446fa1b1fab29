package dev.weir.alerting;

import dev.weir.model.Fingerprint;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.AlertTransition.Rule;
import dev.weir.schemas.AlertTransition.State;
import dev.weir.schemas.wire.RecordWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/// Takes alerts that others send over HTTP, and those that members raise themselves, and writes
/// them to `weir.alerts`. A Prometheus sends every firing alert again each minute; only what
/// changes is written, and a later end when half of the time to the earlier one has passed. For any
/// thread.
final class AlertReceiver {
  private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(10);

  private final String topic;
  private final Producer<byte[], byte[]> producer;
  private final RecordWriter<AlertTransition> writer;
  private final AlertingWorker worker;
  private final Supplier<Duration> resolveTimeout;
  private final InstantSource clock;

  AlertReceiver(
      String topic,
      Producer<byte[], byte[]> producer,
      RecordWriter<AlertTransition> writer,
      AlertingWorker worker,
      Supplier<Duration> resolveTimeout,
      InstantSource clock) {
    this.topic = topic;
    this.producer = producer;
    this.writer = writer;
    this.worker = worker;
    this.resolveTimeout = resolveTimeout;
    this.clock = clock;
  }

  /// Takes what can be taken, and returns when Kafka has it.
  ///
  /// @param source who says so: empty for a request
  /// @return what is wrong with the others
  /// @throws WeirException.Unavailable if Kafka does not take it
  List<String> receive(Tenant tenant, Optional<Rule> source, List<PostedAlert> alerts) {
    Instant now = clock.instant();
    List<String> problems = new ArrayList<>();
    Map<Fingerprint, AlertTransition> transitions = new HashMap<>();
    for (PostedAlert alert : alerts) {
      try {
        AlertTransition transition = transition(tenant, source, alert, now);
        transitions.put(transition.fingerprint(), transition);
      } catch (WeirException.BadData e) {
        problems.add(e.getMessage());
      }
    }
    Map<Fingerprint, AlertTransition> known = known(tenant, source, transitions);
    List<Future<RecordMetadata>> writes = new ArrayList<>();
    transitions.forEach((fingerprint, transition) ->
        news(Optional.ofNullable(known.get(fingerprint)), transition, now)
            .ifPresent(news -> writes.add(send(news))));
    await(writes);
    return problems;
  }

  /// Ends an alert that a source has raised, unless it is over, and returns when Kafka has that.
  ///
  /// @throws WeirException.Unavailable if Kafka does not take it
  void end(Tenant tenant, Rule source, Fingerprint alert) {
    Instant now = clock.instant();
    Optional<AlertTransition> firing =
        worker
            .ask(
                view -> view.alerts().said(new CurrentAlert.Id(tenant, alert), Optional.of(source)))
            .filter(known -> fires(known, now));
    if (firing.isPresent()) {
      await(List.of(send(AlertSources.resolved(firing.get(), now))));
    }
  }

  private Map<Fingerprint, AlertTransition> known(
      Tenant tenant, Optional<Rule> source, Map<Fingerprint, AlertTransition> transitions) {
    return worker.ask(view -> {
      Map<Fingerprint, AlertTransition> known = new HashMap<>();
      for (Fingerprint fingerprint : transitions.keySet()) {
        view.alerts()
            .said(new CurrentAlert.Id(tenant, fingerprint), source)
            .ifPresent(transition -> known.put(fingerprint, transition));
      }
      return known;
    });
  }

  private AlertTransition transition(
      Tenant tenant, Optional<Rule> source, PostedAlert alert, Instant now) {
    if (alert.labels().isEmpty()) {
      throw new WeirException.BadData("at least one label pair required");
    }
    Instant startsAt = alert.startsAt().or(alert::endsAt).orElse(now);
    Instant endsAt = alert.endsAt().orElseGet(() -> now.plus(resolveTimeout.get()));
    if (endsAt.isBefore(startsAt)) {
      throw new WeirException.BadData(
          "alert %s: start time must be before end time".formatted(alert.labels()));
    }
    return new AlertTransition(
        tenant,
        alert.labels(),
        List.of(),
        alert.annotations(),
        endsAt.isAfter(now) ? State.FIRING : State.RESOLVED,
        startsAt,
        Optional.of(startsAt),
        Optional.empty(),
        Optional.of(endsAt),
        Double.NaN,
        now,
        source,
        alert.generatorUrl());
  }

  /// What has to be written of an alert, if anything.
  ///
  /// @param known what was written last
  static Optional<AlertTransition> news(
      Optional<AlertTransition> known, AlertTransition fresh, Instant now) {
    if (known.isEmpty()) {
      return Optional.of(fresh);
    }
    AlertTransition before = known.get();
    boolean wasFiring = fires(before, now);
    boolean isFiring = fires(fresh, now);
    AlertTransition merged =
        wasFiring && before.activeAt().isBefore(fresh.activeAt())
            ? withStart(fresh, before.activeAt())
            : fresh;
    boolean same =
        wasFiring == isFiring
            && before.annotations().equals(merged.annotations())
            && before.generatorUrl().equals(merged.generatorUrl())
            && before.startsAt().equals(merged.startsAt());
    if (!same) {
      return Optional.of(merged);
    }
    Instant oldEnd = before.endsAt().orElseThrow();
    Instant newEnd = merged.endsAt().orElseThrow();
    boolean due =
        isFiring
            && Duration.between(now, oldEnd)
                    .multipliedBy(2)
                    .compareTo(Duration.between(now, newEnd))
                < 0;
    return due ? Optional.of(merged) : Optional.empty();
  }

  private static boolean fires(AlertTransition transition, Instant now) {
    return transition.endsAt().orElseThrow().isAfter(now);
  }

  /// An alert that goes on firing keeps its first start.
  private static AlertTransition withStart(AlertTransition transition, Instant start) {
    return new AlertTransition(
        transition.tenant(),
        transition.labels(),
        transition.externalLabels(),
        transition.annotations(),
        transition.state(),
        start,
        Optional.of(start),
        transition.keepFiringSince(),
        transition.endsAt(),
        transition.value(),
        transition.evaluatedAt(),
        transition.rule(),
        transition.generatorUrl());
  }

  private Future<RecordMetadata> send(AlertTransition transition) {
    try {
      return producer.send(new ProducerRecord<>(topic, transition.key(), writer.write(transition)));
    } catch (KafkaException e) {
      throw new WeirException.Unavailable("alerts could not be written: " + e.getMessage(), e);
    }
  }

  private static void await(List<Future<RecordMetadata>> writes) {
    try {
      for (Future<RecordMetadata> write : writes) {
        write.get(WRITE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new WeirException.Unavailable("alerts could not be written: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException.Unavailable("interrupted while writing alerts", e);
    }
  }
}
