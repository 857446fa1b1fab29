package dev.weir.streams.definition;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.WeirException;
import dev.weir.rules.RuleGroup;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that `weir.rules` has the groups that this process is configured with: once it is
/// known what stands there, and with each reload. One publication at a time; each waits until this
/// process has read what it wrote, so that the next compares with that.
///
/// Threads: any.
public final class RulePublication implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RulePublication.class);

  private static final Duration RETRY = Duration.ofSeconds(5);

  /// An unfinished transaction of a process that died hides what is behind it for seconds.
  private static final Duration VISIBLE = Duration.ofSeconds(15);

  private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  private final RuleGroupPublisher publisher;
  private final RuleGroups groups;
  private final Consumer<WeirException> failure;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("rules-publication").daemon().factory());
  private ConfiguredRules configured;
  private boolean begun;
  private volatile boolean published;

  /// @param groups what stands in the topic, as this process has read it
  /// @param configured the groups to begin with
  /// @param failure takes what keeps them from being published for good
  public RulePublication(
      RuleGroupPublisher publisher,
      RuleGroups groups,
      ConfiguredRules configured,
      Consumer<WeirException> failure) {
    this.publisher = requireNonNull(publisher, "publisher");
    this.groups = requireNonNull(groups, "groups");
    this.configured = requireNonNull(configured, "configured");
    this.failure = requireNonNull(failure, "failure");
  }

  /// Begins to publish: all that stood in the topic is read. Calling it again does nothing.
  public synchronized void begin() {
    if (!begun) {
      begun = true;
      executor.execute(this::publishFirst);
    }
  }

  private void publishFirst() {
    try {
      publishConfigured();
    } catch (WeirException.Unavailable e) {
      LOG.warn("{}; trying again", e.getMessage());
      var _ = executor.schedule(this::publishFirst, RETRY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (WeirException.Canceled e) {
      LOG.debug("the role stops, rule groups are not published", e);
    } catch (RuntimeException e) {
      LOG.error("rule groups cannot be published", e);
      failure.accept(
          new WeirException.Internal("rule groups cannot be published; the log has the cause", e));
    }
  }

  private synchronized void publishConfigured() {
    publish(configured);
  }

  /// Goes on with other groups, which are in force in this process when this returns; at once, or
  /// as soon as anything can be published.
  ///
  /// @throws WeirException.Unavailable if Kafka does not take them; those before then stay
  public synchronized void reload(ConfiguredRules fresh) {
    if (published) {
      publish(fresh);
    }
    configured = fresh;
  }

  private void publish(ConfiguredRules wanted) {
    publisher.publish(wanted, groups.defined());
    long deadline = System.nanoTime() + VISIBLE.toNanos();
    while (!isVisible(wanted)) {
      if (System.nanoTime() > deadline) {
        LOG.warn("the rule groups that were published are not read back yet");
        break;
      }
      if (Thread.interrupted()) {
        throw new WeirException.Canceled("stopped while rule groups were published");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    published = true;
  }

  private boolean isVisible(ConfiguredRules wanted) {
    Map<GroupId, Hash128> hashes = new HashMap<>();
    for (RuleGroup group : wanted.groups()) {
      hashes.put(new GroupId(wanted.tenant(), group.file(), group.name()), group.contentHash());
    }
    Map<GroupId, Hash128> defined = new HashMap<>(groups.defined());
    defined.keySet().removeIf(group -> !group.tenant().equals(wanted.tenant()));
    return defined.equals(hashes);
  }

  /// Whether the groups that this process is configured with have been published.
  public boolean isPublished() {
    return published;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
