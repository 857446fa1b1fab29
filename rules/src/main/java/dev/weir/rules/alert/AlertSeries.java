package dev.weir.rules.alert;

import dev.weir.model.Labels;
import dev.weir.promql.query.QueryValue;
import java.util.ArrayList;
import java.util.List;

/// The series that tell of alerts: `ALERTS`, which is 1 while an alert is active, and
/// `ALERTS_FOR_STATE`, the second since which it is.
public final class AlertSeries {
  public static final String ALERTS = "ALERTS";
  public static final String ALERTS_FOR_STATE = "ALERTS_FOR_STATE";

  /// The label of `ALERTS` with the alert's state.
  public static final String STATE_LABEL = "alertstate";

  private AlertSeries() {}

  /// Two samples for each active alert.
  public static List<QueryValue.Sample> of(List<Alert> alerts) {
    List<QueryValue.Sample> samples = new ArrayList<>();
    for (Alert alert : alerts) {
      if (alert.isActive()) {
        Labels state =
            alert.labels().toBuilder()
                .set(Labels.NAME, ALERTS)
                .set(STATE_LABEL, alert.state().text())
                .build();
        samples.add(new QueryValue.Sample(state, 1, null));
        Labels since = alert.labels().with(Labels.NAME, ALERTS_FOR_STATE);
        double seconds = Math.floorDiv(alert.activeAtMillis(), 1000L);
        samples.add(new QueryValue.Sample(since, seconds, null));
      }
    }
    return samples;
  }
}
