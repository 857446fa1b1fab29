package dev.weir.collectors.scrape;

import dev.weir.model.Tenant;
import dev.weir.schemas.TargetState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What one collector, the member, says of its targets.
final class TargetStates {
  private final Tenant tenant;
  private final String member;

  TargetStates(Tenant tenant, String member) {
    this.tenant = tenant;
    this.member = member;
  }

  /// A target that was not scraped yet.
  TargetState found(Target target) {
    return of(target, Optional.empty());
  }

  TargetState scraped(Target target, ScrapeOutcome outcome) {
    return of(
        target,
        Optional.of(
            new TargetState.Outcome(
                Instant.ofEpochMilli(outcome.timestampMillis()),
                Duration.ofNanos((long) (outcome.durationSeconds() * 1e9)),
                outcome.error())));
  }

  private TargetState of(Target target, Optional<TargetState.Outcome> outcome) {
    String url = target.url().toString();
    return new TargetState(
        tenant,
        target.scrapePool(),
        target.id(),
        member,
        target.discoveredLabels(),
        Optional.of(
            new TargetState.Scraped(
                target.seriesLabels(), url, url, target.interval(), target.timeout(), outcome)));
  }

  TargetState dropped(DiscoveredTarget.Dropped dropped) {
    return new TargetState(
        tenant,
        dropped.scrapePool(),
        dropped.id(),
        member,
        dropped.discoveredLabels(),
        Optional.empty());
  }
}
