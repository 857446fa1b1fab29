package dev.weir.alerting;

import dev.weir.alerting.Dispatcher.DueWebhook;
import dev.weir.alerting.NotificationConfig.WebhookId;
import dev.weir.model.Fingerprint;
import dev.weir.model.WeirException;
import dev.weir.schemas.NotificationState;
import dev.weir.schemas.NotificationState.Answered;
import dev.weir.schemas.NotificationState.Attempt;
import dev.weir.schemas.NotificationState.Integration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells a receiver of a flush: writes that it is about to, sends to all webhooks at once, and
/// writes each answer as it comes. Who takes over after a crash finds either the answer, and does
/// not send again, or the attempt, and counts that its own may be the second.
///
/// For any thread; each call takes its thread until it is done. One call at a time for a record.
final class GroupNotifier {
  private static final Logger LOG = LoggerFactory.getLogger(GroupNotifier.class);

  private final String member;
  private final String externalUrl;
  private final Map<WebhookId, WebhookSender> senders;
  private final NotificationWriter writer;
  private final IntPredicate maySend;
  private final Written written;
  private final AlertingMetrics metrics;
  private final InstantSource clock;

  /// Is told of every state that was written.
  @FunctionalInterface
  interface Written {
    void accept(NotificationState state, int partition, long offset);
  }

  /// @param maySend whether this member owns a partition of notifications, asked before each try
  GroupNotifier(
      String member,
      String externalUrl,
      Map<WebhookId, WebhookSender> senders,
      NotificationWriter writer,
      IntPredicate maySend,
      Written written,
      AlertingMetrics metrics,
      InstantSource clock) {
    this.member = member;
    this.externalUrl = externalUrl;
    this.senders = Map.copyOf(senders);
    this.writer = writer;
    this.maySend = maySend;
    this.written = written;
    this.metrics = metrics;
    this.clock = clock;
  }

  /// Does a job.
  ///
  /// @return whether every webhook has been told
  boolean notify(NotificationJob job) throws InterruptedException {
    Progress progress = new Progress(job);
    try {
      progress.begin();
    } catch (WeirException.Unavailable e) {
      metrics.unrecorded();
      LOG.warn("not sent, since it could not be noted: {}", e.getMessage());
      return false;
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> told = new ArrayList<>();
      for (DueWebhook webhook : job.due()) {
        told.add(threads.submit(() -> tell(job, webhook, progress)));
      }
      boolean all = true;
      for (Future<Boolean> each : told) {
        all &= await(each);
      }
      return all;
    }
  }

  private static boolean await(Future<Boolean> told) throws InterruptedException {
    try {
      return told.get();
    } catch (ExecutionException e) {
      LOG.error("a notification failed", e.getCause());
      return false;
    }
  }

  private boolean tell(NotificationJob job, DueWebhook webhook, Progress progress)
      throws InterruptedException {
    if (!webhook.send()) {
      return progress.end(webhook, new WebhookOutcome.Taken(0));
    }
    WebhookSender sender = senders.get(new WebhookId(job.receiver(), webhook.index()));
    if (sender == null) {
      throw new IllegalStateException("no sender for " + job.receiver());
    }
    String integration = integration(webhook);
    long startNanos = System.nanoTime();
    WebhookOutcome outcome =
        sender.send(
            job.message(webhook, externalUrl).toJson(),
            job.time(),
            () -> maySend.test(job.partition()),
            () -> metrics.request(job.receiver(), integration));
    metrics.notified(
        job.receiver(), integration, outcome.name(), (System.nanoTime() - startNanos) / 1e9);
    switch (outcome) {
      case WebhookOutcome.Taken _ -> {}
      case WebhookOutcome.Refused(String reason) -> warn(job, integration, reason);
      case WebhookOutcome.Unknown(String reason) -> warn(job, integration, reason);
    }
    return progress.end(webhook, outcome);
  }

  private static void warn(NotificationJob job, String integration, String reason) {
    LOG.warn(
        "receiver {} ({}) was not told of {} of tenant {}: {}; it is told at the group's next flush",
        job.receiver(),
        integration,
        job.groupKey(),
        job.id().tenant(),
        reason);
  }

  private static String integration(DueWebhook webhook) {
    return "%s[%d]".formatted(NotificationLog.WEBHOOK, webhook.index());
  }

  /// The record of one job as it changes.
  private final class Progress {
    private final NotificationJob job;
    private NotificationState state;

    Progress(NotificationJob job) {
      this.job = job;
      this.state = job.state();
    }

    /// Notes who is about to be told.
    synchronized void begin() throws InterruptedException {
      boolean any = false;
      for (DueWebhook webhook : job.due()) {
        if (webhook.send()) {
          any = true;
          change(webhook.index(), known -> attempted(known, webhook));
        }
      }
      if (any) {
        write();
      }
    }

    private Integration attempted(Integration known, DueWebhook webhook) {
      SortedSet<Fingerprint> firing = new TreeSet<>(job.flush().firing().keySet());
      known
          .attempt()
          .ifPresent(unanswered -> {
            metrics.maybeDoubled(job.receiver(), integration(webhook));
            firing.addAll(unanswered.firing());
          });
      return new Integration(
          known.type(),
          known.index(),
          known.answered(),
          Optional.of(new Attempt(member, clock.instant(), firing)));
    }

    /// Notes how it ended. What may have arrived leaves its attempt in place, and a refusal that of
    /// an earlier notification, if there is one.
    ///
    /// @return whether the webhook has been told
    synchronized boolean end(DueWebhook webhook, WebhookOutcome outcome)
        throws InterruptedException {
      switch (outcome) {
        case WebhookOutcome.Taken _ ->
            change(
                webhook.index(),
                known ->
                    new Integration(
                        known.type(), known.index(), Optional.of(answered()), Optional.empty()));
        case WebhookOutcome.Refused _ ->
            change(
                webhook.index(),
                known ->
                    new Integration(
                        known.type(),
                        known.index(),
                        known.answered(),
                        NotificationLog.integration(job.before(), known.index())
                            .flatMap(Integration::attempt)));
        case WebhookOutcome.Unknown _ -> {
          return false;
        }
      }
      boolean taken = outcome instanceof WebhookOutcome.Taken;
      while (true) {
        try {
          write();
          return taken;
        } catch (WeirException.Unavailable e) {
          metrics.unrecorded();
          LOG.error("{}", e.getMessage());
          // The receiver has been told: this must be written for as long as nobody else may.
          if (!taken || !maySend.test(job.partition())) {
            return taken;
          }
        }
      }
    }

    private Answered answered() {
      return new Answered(
          job.flush().time(),
          clock.instant(),
          new TreeSet<>(job.flush().firing().keySet()),
          new TreeSet<>(job.flush().resolved().keySet()));
    }

    private void change(int index, UnaryOperator<Integration> change) {
      Integration known =
          NotificationLog.integration(Optional.of(state), index)
              .orElseGet(() ->
                  new Integration(
                      NotificationLog.WEBHOOK, index, Optional.empty(), Optional.empty()));
      List<Integration> integrations = new ArrayList<>(state.integrations());
      integrations.remove(known);
      integrations.add(change.apply(known));
      state =
          new NotificationState(
              state.tenant(),
              state.groupKey(),
              state.receiver(),
              state.groupLabels(),
              integrations);
    }

    private void write() throws InterruptedException {
      RecordMetadata at = writer.write(state, job.partition());
      written.accept(state, job.partition(), at.offset());
    }
  }
}
