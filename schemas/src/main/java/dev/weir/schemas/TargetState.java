package dev.weir.schemas;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A target that service discovery found: the value of [Topics#TARGETS]. Format:
/// `target-state.avsc`.
///
/// @param scrapePool the `job_name` of its scrape configuration
/// @param target tells the pool's targets apart; for a scraped one, the target of its group keys
/// @param member the collector that says so
/// @param discoveredLabels before relabelling
/// @param scraped how it is scraped; empty for a target that relabelling dropped
public record TargetState(
    Tenant tenant,
    String scrapePool,
    String target,
    String member,
    Labels discoveredLabels,
    Optional<Scraped> scraped) {

  /// What Prometheus's API calls a target's health.
  public enum Health {
    UNKNOWN("unknown"),
    UP("up"),
    DOWN("down");

    private final String text;

    Health(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /// How a target is scraped.
  ///
  /// @param labels after relabelling
  /// @param globalUrl the scraped URL for use from elsewhere
  /// @param lastScrape empty before the first
  public record Scraped(
      Labels labels,
      String scrapeUrl,
      String globalUrl,
      Duration interval,
      Duration timeout,
      Optional<Outcome> lastScrape) {
    public Scraped {
      requireNonNull(labels, "labels");
      requireNonNull(scrapeUrl, "scrapeUrl");
      requireNonNull(globalUrl, "globalUrl");
      requireNonNull(interval, "interval");
      requireNonNull(timeout, "timeout");
      requireNonNull(lastScrape, "lastScrape");
    }

    public Health health() {
      return lastScrape
          .map(outcome -> outcome.error().isEmpty() ? Health.UP : Health.DOWN)
          .orElse(Health.UNKNOWN);
    }
  }

  /// How a scrape went.
  ///
  /// @param error why it failed; empty if it succeeded
  public record Outcome(Instant started, Duration duration, String error) {
    public Outcome {
      requireNonNull(started, "started");
      requireNonNull(duration, "duration");
      requireNonNull(error, "error");
    }
  }

  public TargetState {
    requireNonNull(tenant, "tenant");
    requireNonNull(scrapePool, "scrapePool");
    requireNonNull(target, "target");
    requireNonNull(member, "member");
    requireNonNull(discoveredLabels, "discoveredLabels");
    requireNonNull(scraped, "scraped");
  }

  /// The key of this record.
  public byte[] key() {
    return RecordKeys.of(tenant.name(), scrapePool, target);
  }
}
