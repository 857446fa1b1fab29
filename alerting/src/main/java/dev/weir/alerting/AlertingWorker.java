package dev.weir.alerting;

import dev.weir.alerting.Dispatcher.DueWebhook;
import dev.weir.model.WeirException;
import dev.weir.rules.notify.Flush;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.NotificationState;
import dev.weir.schemas.RecordKeys;
import dev.weir.schemas.wire.RecordReader;
import dev.weir.service.config.AlertmanagersConfig;
import dev.weir.service.kafka.TopicPartitions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread of a member: it reads all alerts and all that was told, lets groups tick, and
/// hands what is due, for the partitions that it owns, to threads that send.
///
/// It begins by reading `weir.notifications` to its end and then `weir.alerts` to its end, so that
/// it knows what must not be told again before it knows of anything to tell; then it joins the
/// group of members. [#ask] is for any thread.
final class AlertingWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AlertingWorker.class);

  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration HOUSEKEEPING = Duration.ofMinutes(1);
  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(15);
  private static final int PRUNE_EVERY = 10_000;

  /// What a worker works with. It closes the consumers and what sends.
  ///
  /// @param state reads both topics, without a group
  /// @param group takes part in dividing the partitions of notifications
  record Parts(
      Consumer<byte[], byte[]> state,
      Consumer<byte[], byte[]> group,
      RecordReader<AlertTransition> alertReader,
      RecordReader<NotificationState> notificationReader,
      NotificationWriter writer,
      AlertmanagerForwarder forwarder,
      AlertingMetrics metrics,
      InstantSource clock) {}

  /// Makes what tells receivers, for a configuration.
  interface Notifiers {
    GroupNotifier make(
        NotificationConfig config, Ownership ownership, GroupNotifier.Written written);
  }

  private final AlertingSettings settings;
  private final Parts parts;
  private final Notifiers notifiers;
  private final InstantSource clock;
  private final NotificationLog log = new NotificationLog();
  private final CurrentAlerts alerts;
  private final Jobs jobs;
  private final Ownership ownership;
  private final ConcurrentLinkedQueue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
  private final Map<Integer, Long> readTo = new HashMap<>();

  /// Alerts of the records that were read last, as they are after the last of them.
  private final Map<CurrentAlert.Id, CurrentAlert> changed = new LinkedHashMap<>();

  private final Thread thread;

  private NotificationConfig config;
  private Dispatcher dispatcher;
  private GroupNotifier notifier;
  private int partitions = 1;
  private Instant nextHousekeeping = Instant.MIN;
  private volatile boolean ready;
  private volatile boolean closed;

  AlertingWorker(
      AlertingSettings settings, NotificationConfig config, Parts parts, Notifiers notifiers) {
    this.settings = settings;
    this.config = config;
    this.parts = parts;
    this.notifiers = notifiers;
    this.clock = parts.clock();
    this.alerts = new CurrentAlerts(settings.limits().maxAlerts(), parts.metrics());
    this.jobs = new Jobs(settings.limits().maxConcurrentNotifications());
    this.ownership =
        new Ownership(
            settings.notificationsTopic(),
            parts.group(),
            settings.sessionTimeout().multipliedBy(2).dividedBy(3),
            leaving -> jobs.await(leaving, settings.handOver()));
    this.dispatcher = dispatcher();
    this.notifier = notifiers.make(config, ownership, this::written);
    this.thread = Thread.ofPlatform().name("alerting").daemon().unstarted(this::run);
  }

  private Dispatcher dispatcher() {
    return new Dispatcher(
        config.alertmanager(), log, partitions, settings.limits().maxGroups(), parts.metrics());
  }

  void start() {
    thread.start();
  }

  /// Whether everything that was in the topics at the start has been read.
  boolean isReady() {
    return ready;
  }

  /// Works with another configuration from now on. Groups begin anew with its routes, and what
  /// receivers have been told counts on.
  ///
  /// @param alertmanagers that alerts of rules also go to
  /// @throws WeirException.BadData if certificates or keys cannot be read; the configuration before
  ///   then stays
  void reload(NotificationConfig fresh, AlertmanagersConfig alertmanagers) {
    GroupNotifier made = notifiers.make(fresh, ownership, this::written);
    AlertmanagerForwarder.Destinations destinations = parts.forwarder().prepare(alertmanagers);
    mailbox.add(() -> {
      config = fresh;
      notifier = made;
      parts.forwarder().change(destinations);
      if (ready) {
        regroup();
      }
    });
  }

  /// Asks the worker's thread.
  ///
  /// @throws WeirException.Unavailable if it does not answer
  <T> T ask(Function<View, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    mailbox.add(() -> {
      try {
        answer.complete(question.apply(new View(alerts, dispatcher, clock.instant())));
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    try {
      return answer.get(ASK_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new WeirException.Unavailable("alerting does not answer; try again", e);
    } catch (ExecutionException e) {
      throw new WeirException.Internal("alerting could not answer: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException.Unavailable("interrupted", e);
    }
  }

  /// What may be asked for, on the worker's thread only.
  record View(CurrentAlerts alerts, Dispatcher dispatcher, Instant now) {}

  private void run() {
    while (!closed) {
      try {
        if (!ready) {
          readUpToNow();
        }
        turn();
      } catch (WakeupException e) {
        LOG.debug("woken up to stop");
      } catch (KafkaException e) {
        LOG.warn("cannot read alerts, trying again: {}", e.getMessage());
        pause();
      } catch (RuntimeException e) {
        // Records may have been passed over: everything is read again.
        LOG.error("alerting failed, and begins anew", e);
        ready = false;
        pause();
      }
    }
    ownership.close();
    jobs.close();
    parts.state().close();
  }

  private void pause() {
    try {
      Thread.sleep(RETRY);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  /// Reads both topics from the beginning to where they end now.
  private void readUpToNow() {
    List<TopicPartition> told = TopicPartitions.of(parts.state(), settings.notificationsTopic());
    List<TopicPartition> changes = TopicPartitions.of(parts.state(), settings.alertsTopic());
    partitions = told.size();
    Consumer<byte[], byte[]> consumer = parts.state();
    List<TopicPartition> all = Stream.concat(told.stream(), changes.stream()).toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
    consumer.pause(changes);
    readTo(consumer.endOffsets(told));
    consumer.resume(changes);
    readTo(consumer.endOffsets(changes));
    if (!closed) {
      prune();
      regroup();
      parts.writer().prepare();
      ownership.join();
      ready = true;
      LOG.info("alerting knows {} alerts and {} notifications", alerts.size(), log.size());
    }
  }

  private void readTo(Map<TopicPartition, Long> ends) {
    Consumer<byte[], byte[]> consumer = parts.state();
    int read = 0;
    while (!closed
        && ends.entrySet().stream()
            .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      runMailbox();
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        apply(record);
        if (++read % PRUNE_EVERY == 0) {
          prune();
        }
      }
    }
  }

  private void regroup() {
    changed.clear();
    dispatcher = dispatcher();
    dispatcher.begin(alerts.all(clock.instant()), clock.instant());
  }

  private void turn() {
    for (ConsumerRecord<byte[], byte[]> record : parts.state().poll(POLL)) {
      apply(record);
    }
    dispatcher.insert(changed.values(), clock.instant());
    changed.clear();
    runMailbox();
    for (int partition : ownership.poll(positions())) {
      LOG.info("sends notifications of partition {} from now on", partition);
      parts.forwarder().ownershipChanged();
    }
    Instant now = clock.instant();
    dispatcher.tick(now).forEach(live -> dispatcher.settleIfNoNews(live, now));
    for (LiveGroup live : dispatcher.pending()) {
      if (ownership.maySend(live.partition()) && jobs.isFree(live.logKey())) {
        flush(live, now);
      }
    }
    parts.forwarder().turn(alerts, partition -> ownership.maySend(partition), partitions, now);
    if (!now.isBefore(nextHousekeeping)) {
      nextHousekeeping = now.plus(HOUSEKEEPING);
      prune();
      forgetOldGroups(now);
    }
    parts.metrics().held(alerts.size(), dispatcher.groups().size());
    parts.metrics().owned(ownership.count());
    parts.metrics().sending(jobs.count());
  }

  private Map<Integer, Long> positions() {
    for (TopicPartition partition : parts.state().assignment()) {
      if (partition.topic().equals(settings.notificationsTopic())) {
        readTo.put(partition.partition(), parts.state().position(partition));
      }
    }
    return readTo;
  }

  private void runMailbox() {
    for (Runnable message = mailbox.poll(); message != null; message = mailbox.poll()) {
      message.run();
    }
  }

  private void apply(ConsumerRecord<byte[], byte[]> record) {
    try {
      if (record.topic().equals(settings.alertsTopic())) {
        applyAlert(record);
      } else {
        applyTold(record);
      }
    } catch (WeirException e) {
      parts.metrics().skipped(record.topic());
      LOG.warn(
          "skipped the record at {} partition {} offset {}: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
    }
  }

  private void applyAlert(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    AlertTransition transition = parts.alertReader().read(record.value());
    parts.metrics().received();
    Instant now = clock.instant();
    Optional<CurrentAlert> alert =
        alerts.apply(transition, Instant.ofEpochMilli(record.timestamp()), now);
    if (ready && alert.isPresent()) {
      changed.put(alert.get().id(), alert.get());
      parts.forwarder().changed(alert.get().id());
    }
  }

  private void applyTold(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      log.remove(record.key(), record.partition(), record.offset());
      return;
    }
    NotificationState state = parts.notificationReader().read(record.value());
    if (log.put(state, record.partition(), record.offset()) && ready) {
      dispatcher.heard(state, clock.instant());
    }
  }

  private void flush(LiveGroup live, Instant now) {
    if (dispatcher.settleIfNoNews(live, now)) {
      return;
    }
    Flush flush = live.group().flush(now);
    List<DueWebhook> due = dispatcher.due(live, flush);
    live.setPending(false);
    NotificationJob job =
        NotificationJob.of(live, flush, dispatcher.state(live), due, settings.minSendTime());
    jobs.begin(
        live.logKey(),
        notifier,
        job,
        (done, told) -> mailbox.add(() -> finished(live, done, told)));
  }

  private void finished(LiveGroup live, NotificationJob job, boolean told) {
    jobs.end(live.logKey());
    if (told) {
      // The group of this id may be another by now, after a reload.
      dispatcher
          .group(job.id())
          .ifPresent(group -> group.change(state -> state.done(job.flush(), clock.instant())));
    }
  }

  /// Called by threads that send: what was written counts before the topic comes back with it.
  private void written(NotificationState state, int partition, long offset) {
    mailbox.add(() -> log.put(state, partition, offset));
  }

  /// Deletes what receivers were told of groups that have been no more for days: their alerts are
  /// over, or their routes are gone.
  private void forgetOldGroups(Instant now) {
    Instant before = now.minus(settings.toldKept());
    for (NotificationState state : log.all()) {
      int partition = RecordKeys.partition(state.key(), partitions);
      if (ownership.maySend(partition)
          && !dispatcher.hasGroupOf(state)
          && NotificationLog.lastTold(state).isBefore(before)) {
        parts.writer().delete(state, partition);
      }
    }
  }

  private void prune() {
    Instant now = clock.instant();
    Set<CurrentAlert.Id> told =
        log.all().stream()
            .flatMap(state ->
                NotificationLog.knownFiring(state).stream()
                    .map(alert -> new CurrentAlert.Id(state.tenant(), alert)))
            .collect(Collectors.toSet());
    alerts.forgetResolved(now.minus(settings.resolvedShown()), now, told::contains);
  }

  /// Stops: gives up its partitions once what is being sent has been answered, for some seconds.
  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      parts.group().close();
      parts.state().close();
      jobs.close();
      return;
    }
    parts.state().wakeup();
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
