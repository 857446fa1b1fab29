package dev.weir.alerting;

import dev.weir.model.Fingerprint;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.rules.notify.GroupAlert;
import java.time.Instant;

/// An alert as its sources together make it.
///
/// @param updatedAt when Kafka appended the last transition
/// @param ofRule whether Weir gave it, a rule or alerting itself, and not a request
record CurrentAlert(Tenant tenant, GroupAlert alert, Instant updatedAt, boolean ofRule) {

  /// Names an alert among those of all tenants.
  record Id(Tenant tenant, Fingerprint fingerprint) {}

  Id id() {
    return new Id(tenant, alert.fingerprint());
  }

  Labels labels() {
    return alert.labels();
  }

  boolean isResolvedAt(Instant time) {
    return alert.isResolvedAt(time);
  }
}
