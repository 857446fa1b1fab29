package dev.weir.collectors.scrape;

import static java.util.Objects.requireNonNull;

import dev.weir.collectors.exposition.BodyMemory;
import dev.weir.collectors.scrape.ScrapePool.Running;
import dev.weir.collectors.series.TenantSeries;
import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.service.config.CollectorConfig;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.config.ScrapeConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Scrapes what a configuration says, and goes on with another one without a gap where a target
/// stays. Safe for use by several threads.
///
/// A target that is gone gets its staleness markers, as in Prometheus, after two intervals and a
/// tenth, with the timestamp of its next scrape; unless a target with the same labels is scraped by
/// then, whose series they would end. When the collector stops, nothing is marked.
public final class Scraping implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Scraping.class);

  /// Who scrapes, and how.
  ///
  /// @param member names this collector
  /// @param machine that it runs on, by name
  /// @param userAgent as targets see it
  /// @param epoch higher than that of every owner of the targets before
  /// @param extraMetrics whether every job reports timeout, limit and body size, too
  public record Identity(
      String member, String machine, String userAgent, long epoch, boolean extraMetrics) {}

  private final Identity identity;
  private final CollectorConfig config;
  private final TenantSeries tenant;
  private final ScrapeOutput output;
  private final ScrapeMetrics metrics;
  private final ScrapeClock clock;
  private final BodyMemory bodiesInWork;
  private final BodyMemory keptBodies;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, ScrapePool> pools = new LinkedHashMap<>();
  private final Set<Thread> ending = new HashSet<>();
  private boolean closed;

  public Scraping(
      Identity identity,
      CollectorConfig config,
      TenantSeries tenant,
      ScrapeOutput output,
      ScrapeMetrics metrics) {
    this(identity, config, tenant, output, metrics, ScrapeClock.SYSTEM);
  }

  Scraping(
      Identity identity,
      CollectorConfig config,
      TenantSeries tenant,
      ScrapeOutput output,
      ScrapeMetrics metrics,
      ScrapeClock clock) {
    this.identity = requireNonNull(identity, "identity");
    this.config = requireNonNull(config, "config");
    this.tenant = requireNonNull(tenant, "tenant");
    this.output = requireNonNull(output, "output");
    this.metrics = requireNonNull(metrics, "metrics");
    this.clock = requireNonNull(clock, "clock");
    this.bodiesInWork = new BodyMemory(config.maxScrapeBodiesBytes());
    this.keptBodies = new BodyMemory(config.maxKeptBodiesBytes());
    metrics.watch(bodiesInWork, keptBodies);
  }

  /// Scrapes the targets of a configuration from now on.
  ///
  /// @throws dev.weir.model.WeirException.BadData if a job's certificates or keys cannot be used;
  ///   then everything is scraped as before
  public void apply(PrometheusConfig prometheus) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (closed) {
        return;
      }
      Map<String, ScrapeJob> wanted = jobs(prometheus);
      for (String name : List.copyOf(pools.keySet())) {
        ScrapePool pool = pools.get(name);
        if (pool != null && !wanted.containsKey(name)) {
          pool.end(this::markLater);
          pools.remove(name);
        }
      }
      ScrapePool.Shared shared = shared(prometheus.global().externalLabels());
      for (ScrapeJob job : wanted.values()) {
        pools
            .computeIfAbsent(job.name(), _ -> new ScrapePool(job, shared))
            .apply(job, this::markLater);
      }
    } finally {
      lock.unlock();
    }
  }

  /// The jobs of a configuration, all of them or none: those that are scraped already as it says,
  /// and new ones. What can fail fails here, before anything changes.
  private Map<String, ScrapeJob> jobs(PrometheusConfig prometheus) {
    Labels attached =
        config.attachExternalLabels() ? prometheus.global().externalLabels() : Labels.EMPTY;
    Map<String, ScrapeJob> jobs = new LinkedHashMap<>();
    List<ScrapeJob> made = new ArrayList<>();
    try {
      for (ScrapeConfig scraped : prometheus.scrapeConfigs()) {
        ScrapePool pool = pools.get(scraped.jobName());
        ScrapeJob job = pool == null ? null : pool.job();
        if (job == null || !job.isOf(scraped, attached)) {
          job =
              new ScrapeJob(
                  scraped,
                  attached,
                  client(scraped),
                  new TargetFactory(scraped, attached, namedMachine()));
          made.add(job);
        }
        jobs.put(job.name(), job);
      }
    } catch (RuntimeException e) {
      made.forEach(ScrapeJob::close);
      throw e;
    }
    return jobs;
  }

  private Optional<String> namedMachine() {
    return config.nameLocalTargets() ? Optional.of(identity.machine()) : Optional.empty();
  }

  private HttpTargetClient client(ScrapeConfig job) {
    return new HttpTargetClient(
        job, identity.userAgent(), config.maxScrapeBodyBytes(), bodiesInWork);
  }

  private ScrapePool.Shared shared(Labels external) {
    long seed = Hash128.of((identity.member() + external).getBytes(StandardCharsets.UTF_8)).low();
    return new ScrapePool.Shared(
        settings ->
            new TargetScraper(
                settings, tenant, identity.epoch(), clock, output, metrics, keptBodies),
        config.normalizeBounds(),
        new TargetStates(tenant.tenant(), identity.member()),
        output,
        metrics,
        clock,
        seed,
        identity.extraMetrics());
  }

  /// Called with the lock held.
  private void markLater(Running gone) {
    Thread thread = Thread.ofVirtual().name("end of " + gone.target()).unstarted(() -> mark(gone));
    ending.add(thread);
    thread.start();
  }

  private void mark(Running gone) {
    try {
      Instant last = gone.loop().lastDue();
      if (last != null) {
        Duration interval = gone.target().interval();
        Instant next = last.plus(interval);
        clock.sleepUntil(next.plus(interval).plus(interval.dividedBy(10)));
        if (!isScraped(gone.target().seriesLabels())) {
          gone.scraper().end(next.toEpochMilli());
        }
      }
      gone.scraper().release();
    } catch (InterruptedException e) {
      log.debug("the end of {} is not marked", gone.target(), e);
    } finally {
      ended(Thread.currentThread());
    }
  }

  private void ended(Thread thread) {
    lock.lock();
    try {
      ending.remove(thread);
    } finally {
      lock.unlock();
    }
  }

  private boolean isScraped(Labels labels) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return pools.values().stream().anyMatch(pool -> pool.seriesLabels().contains(labels));
    } finally {
      lock.unlock();
    }
  }

  /// Stops scraping, without staleness markers: another collector, or this one restarted, goes on.
  @Override
  public void close() {
    List<Thread> marking;
    lock.lock();
    try {
      closed = true;
      for (ScrapePool pool : pools.values()) {
        pool.stop();
      }
      pools.clear();
      marking = List.copyOf(ending);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } finally {
      lock.unlock();
    }
    marking.forEach(Thread::interrupt);
  }
}
