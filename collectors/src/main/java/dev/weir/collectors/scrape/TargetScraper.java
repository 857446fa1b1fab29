package dev.weir.collectors.scrape;

import static java.util.Objects.requireNonNull;

import dev.weir.collectors.exposition.BodyMemory;
import dev.weir.collectors.exposition.BodyReader;
import dev.weir.collectors.exposition.ExpositionException;
import dev.weir.collectors.exposition.ExpositionFormat;
import dev.weir.collectors.exposition.ExpositionReader;
import dev.weir.collectors.exposition.ScrapedValues;
import dev.weir.collectors.series.TenantSeries;
import dev.weir.model.AcceptedTimes;
import dev.weir.model.CountText;
import dev.weir.model.DurationText;
import dev.weir.model.Exemplar;
import dev.weir.model.LabelText;
import dev.weir.model.WeirException;
import dev.weir.service.config.ScrapeConfig;
import dev.weir.service.config.ScrapeProtocol;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Scrapes one target: asks it, reads the body, and makes rows of its samples and of how the scrape
/// went. For one thread at a time.
final class TargetScraper {
  private static final Logger log = LoggerFactory.getLogger(TargetScraper.class);

  private static final String[] REPORTS = {
    "up",
    "scrape_duration_seconds",
    "scrape_samples_scraped",
    "scrape_samples_post_metric_relabeling",
    "scrape_series_added"
  };
  private static final String[] EXTRA_REPORTS = {
    "scrape_timeout_seconds", "scrape_sample_limit", "scrape_body_size_bytes"
  };

  /// How long a series that is no longer exposed keeps its column.
  private static final Duration KEEP_UNSEEN = Duration.ofMinutes(5);

  /// How often a series that was refused may try again.
  private static final Duration RETRY_REFUSED = Duration.ofMinutes(1);

  /// What a scraper needs of its configuration; replaced as a whole when that is read anew.
  ///
  /// @param extraMetrics whether to report timeout, limit and body size, too
  record Settings(
      Target target,
      ScrapeConfig config,
      SeriesRules rules,
      TargetClient client,
      boolean extraMetrics) {}

  private final TenantSeries tenant;
  private final long epoch;
  private final InstantSource clock;
  private final ScrapeOutput output;
  private final ScrapeMetrics metrics;
  private final TargetSeries series;
  private final TargetMetadata metadata;
  private final BodyReader reader;
  private final OwnTimestamps ownTimestamps = new OwnTimestamps();
  private final LastExemplars exemplars = new LastExemplars();
  private Settings settings;
  private volatile Optional<String> forcedError = Optional.empty();

  private long scrape;
  private long lastGood;
  private int[] reports = {};
  private long nextForgetMillis;
  private long nextForeignMillis;
  private long retryRefusedMillis = Long.MAX_VALUE;

  /// @param epoch higher than that of every owner of the target before
  /// @param kept memory for the last bodies of all targets
  TargetScraper(
      Settings settings,
      TenantSeries tenant,
      long epoch,
      InstantSource clock,
      ScrapeOutput output,
      ScrapeMetrics metrics,
      BodyMemory kept) {
    this.settings = requireNonNull(settings, "settings");
    this.tenant = requireNonNull(tenant, "tenant");
    this.epoch = epoch;
    this.clock = requireNonNull(clock, "clock");
    this.output = requireNonNull(output, "output");
    this.metrics = requireNonNull(metrics, "metrics");
    this.series = new TargetSeries(tenant, settings.target(), settings.rules());
    this.metadata = new TargetMetadata(tenant.tenant(), output::metadata);
    this.reader = new BodyReader(series, metadata, kept);
    this.nextForgetMillis = clock.millis() + KEEP_UNSEEN.toMillis();
    this.nextForeignMillis = clock.millis() + foreignMillis();
  }

  private long foreignMillis() {
    return tenant.limits().activeSeriesIdle().toMillis() / 4;
  }

  Target target() {
    return settings.target();
  }

  /// Goes on with another configuration of the same target. Series that it does not lead to are
  /// treated as gone by the next scrape.
  void reconfigure(Settings newSettings) {
    settings = newSettings;
    series.setRules(newSettings.rules());
    forgetNumbers();
  }

  /// Fails every scrape from now on with a message; empty to scrape again. Any thread may call it.
  void forceError(Optional<String> message) {
    forcedError = message;
  }

  private void forgetNumbers() {
    reader.forgetSeries();
    ownTimestamps.clear();
    exemplars.clear();
    reports = new int[0];
  }

  /// What a body held, or why there is none.
  private record Body(
      @Nullable ScrapedValues values, String error, int scraped, int afterRelabelling, int bytes) {}

  /// Scrapes once.
  ///
  /// @param timestampMillis of the samples that have none of their own
  /// @param nextDueMillis when the next scrape is due
  /// @throws InterruptedException if the scrape was given up; nothing was published
  ScrapeOutcome scrape(long timestampMillis, OptionalLong nextDueMillis)
      throws InterruptedException {
    long startNanos = System.nanoTime();
    tidy();
    Body body = body();
    scrape++;
    if (!body.error().isEmpty() && series.rollback()) {
      forgetNumbers();
    }
    findReports();
    series.commit();
    TargetRows rows =
        new TargetRows(series, scrape, timestampMillis, () -> tenant.pushed().assembler());
    int added = body.values() == null ? 0 : addSamples(rows, body.values());
    ScrapeOutcome outcome =
        new ScrapeOutcome(
            timestampMillis,
            (System.nanoTime() - startNanos) / 1e9,
            body.error(),
            body.scraped(),
            body.afterRelabelling(),
            added,
            body.bytes());
    addReports(rows, outcome);
    rows.markEnded();
    output.rows(rows.finish(epoch, nextDueMillis));
    int duplicates = rows.duplicates();
    if (duplicates > 0) {
      metrics.lost(target().scrapePool(), "duplicate", duplicates);
      log.warn(
          "target {}: {} with the series and timestamp of another",
          target(),
          CountText.of(duplicates, "sample"));
    }
    metrics.scraped(target().scrapePool(), outcome);
    return outcome;
  }

  private Body body() throws InterruptedException {
    if (forcedError.isPresent()) {
      return new Body(null, forcedError.get(), 0, 0, 0);
    }
    try (ScrapedBody answer = settings.client().fetch(target())) {
      return body(answer);
    } catch (ScrapeException e) {
      log.debug("target {} was not scraped", target(), e);
      return new Body(null, e.getMessage(), 0, 0, e.isBodyTooLarge() ? -1 : 0);
    }
  }

  private Body body(ScrapedBody answer) {
    if (answer.length() == 0) {
      return new Body(null, "", 0, 0, 0);
    }
    String error = "";
    try {
      read(answer);
    } catch (ScrapeException e) {
      return new Body(null, e.getMessage(), 0, 0, answer.length());
    } catch (ExpositionException e) {
      error = String.valueOf(e.getMessage());
    }
    noteRefusal();
    int kept = afterRelabelling();
    long limit = settings.config().limits().samples();
    if (error.isEmpty() && limit > 0 && kept > limit) {
      error = "sample limit exceeded (sample_limit: %d, samples: %d)".formatted(limit, kept);
    }
    ScrapedValues values = reader.values();
    return new Body(
        error.isEmpty() ? values : null, error, reader.samples(), kept, answer.length());
  }

  private void read(ScrapedBody answer) throws ScrapeException, ExpositionException {
    ExpositionFormat format = format(answer.contentType());
    metadata.startBody();
    boolean valuesOnly = reader.read(answer.bytes(), answer.length(), format);
    metrics.bodyRead(valuesOnly);
    if (!valuesOnly) {
      metadata.endBody();
    }
  }

  private ExpositionFormat format(String contentType) throws ScrapeException {
    Optional<ExpositionFormat> format =
        ExpositionFormat.ofContentType(contentType)
            .or(() ->
                settings
                    .config()
                    .fallbackProtocol()
                    .map(ScrapeProtocol::mediaType)
                    .flatMap(ExpositionFormat::ofContentType));
    if (format.isEmpty()) {
      throw new ScrapeException(
          "Content-Type %s is not supported; set fallback_scrape_protocol to read it anyway"
              .formatted(LabelText.quote(contentType)),
          null);
    }
    return format.get();
  }

  private int afterRelabelling() {
    int count = reader.values().count();
    int kept = 0;
    for (int sample = 0; sample < count; sample++) {
      kept += reader.number(sample) == BodyReader.DROPPED ? 0 : 1;
    }
    return kept;
  }

  /// @return series that the last good scrape did not have
  private int addSamples(TargetRows rows, ScrapedValues values) {
    boolean honorTimestamps = settings.config().honorTimestamps() && values.hasTimestamps();
    boolean track = settings.config().trackTimestampsStaleness();
    AcceptedTimes times = tenant.acceptedTimes(clock.millis());
    int added = 0;
    int refused = 0;
    int old = 0;
    int ahead = 0;
    for (int sample = 0; sample < values.count(); sample++) {
      int number = reader.number(sample);
      if (number < 0) {
        refused += number == TargetSeries.REFUSED ? 1 : 0;
        continue;
      }
      long before = series.lastSeen(number);
      added += before != lastGood && before != scrape ? 1 : 0;
      series.seen(number, scrape);
      long own = honorTimestamps ? values.timestampMillis(sample) : ExpositionReader.NO_TIMESTAMP;
      double value = values.value(sample);
      if (own == ExpositionReader.NO_TIMESTAMP) {
        rows.add(number, value, exemplar(number, values.exemplar(sample), times));
        continue;
      }
      switch (times.judge(own)) {
        // What a target exposes again and again is lost once.
        case TOO_OLD -> old += ownTimestamps.isNew(number, own, value) ? 1 : 0;
        case TOO_FAR_AHEAD -> ahead++;
        case ACCEPTED -> {
          if (track) {
            series.tracked(number, scrape);
          }
          if (ownTimestamps.isNew(number, own, value)) {
            rows.addAt(own, number, value, exemplar(number, values.exemplar(sample), times));
          }
        }
      }
    }
    lastGood = scrape;
    metrics.lost(target().scrapePool(), "limit", refused);
    metrics.lost(target().scrapePool(), "too_old", old);
    metrics.lost(target().scrapePool(), "too_far_ahead", ahead);
    metrics.exemplarsLost(target().scrapePool(), "too_long", exemplars.takeTooLong());
    metrics.exemplarsLost(target().scrapePool(), "too_old", exemplars.takeTooOld());
    metrics.exemplarsLost(target().scrapePool(), "too_far_ahead", exemplars.takeTooFarAhead());
    warnOfTimes(old, ahead);
    return added;
  }

  private void warnOfTimes(int old, int ahead) {
    if (old > 0) {
      log.warn(
          "target {}: {} older than {} allows: {}",
          target(),
          CountText.of(old, "sample"),
          tenant.limits().settingOf("retention"),
          DurationText.format(tenant.limits().retention().toMillis()));
    }
    if (ahead > 0) {
      log.warn(
          "target {}: {} over {} in the future",
          target(),
          CountText.of(ahead, "sample"),
          DurationText.format(AcceptedTimes.MAX_AHEAD.toMillis()));
    }
  }

  /// The exemplar, if it is to be kept.
  private @Nullable Exemplar exemplar(int number, @Nullable Exemplar exposed, AcceptedTimes times) {
    return exposed != null && exemplars.isNew(number, exposed, times) ? exposed : null;
  }

  private void findReports() {
    int wanted = REPORTS.length + (settings.extraMetrics() ? EXTRA_REPORTS.length : 0);
    if (reports.length == wanted) {
      return;
    }
    reports = new int[wanted];
    for (int i = 0; i < wanted; i++) {
      reports[i] =
          series.reportNumber(i < REPORTS.length ? REPORTS[i] : EXTRA_REPORTS[i - REPORTS.length]);
    }
  }

  private void addReports(TargetRows rows, ScrapeOutcome outcome) {
    double[] values = {
      outcome.error().isEmpty() ? 1 : 0,
      outcome.durationSeconds(),
      outcome.scraped(),
      outcome.afterRelabelling(),
      outcome.added(),
      target().timeout().toNanos() / 1e9,
      settings.config().limits().samples(),
      outcome.bodyBytes()
    };
    for (int i = 0; i < reports.length; i++) {
      int number = reports[i];
      if (number >= 0 && series.lastTracked(number) != scrape) {
        series.seen(number, scrape);
        rows.add(number, values[i], null);
      }
    }
  }

  private void noteRefusal() {
    WeirException refusal = series.takeRefusal();
    if (refusal != null && retryRefusedMillis == Long.MAX_VALUE) {
      log.warn("target {}: {}", target(), refusal.getMessage());
      retryRefusedMillis = clock.millis() + RETRY_REFUSED.toMillis();
    }
  }

  /// What is due now and then, between scrapes.
  private void tidy() {
    long now = clock.millis();
    if (now >= retryRefusedMillis) {
      retryRefusedMillis = Long.MAX_VALUE;
      forgetNumbers();
    }
    if (now >= nextForeignMillis) {
      nextForeignMillis = now + foreignMillis();
      series.refreshForeign();
    }
    if (now >= nextForgetMillis) {
      nextForgetMillis = now + KEEP_UNSEEN.toMillis();
      long scrapes = KEEP_UNSEEN.toMillis() / Math.max(1, target().interval().toMillis());
      long oldest = scrape - Math.max(2, scrapes);
      if (series.hasUnseen(oldest)) {
        series.forgetUnseen(oldest);
        forgetNumbers();
      }
    }
  }

  /// Marks the end of everything that the last scrape had: the target is gone.
  void end(long timestampMillis) {
    scrape++;
    TargetRows rows =
        new TargetRows(series, scrape, timestampMillis, () -> tenant.pushed().assembler());
    if (rows.markEnded() > 0) {
      output.rows(rows.finish(epoch, OptionalLong.empty()));
    }
  }

  /// Gives up what the scraper holds of its tenant. It is not used again.
  void release() {
    series.release();
    reader.forgetSeries();
  }
}
