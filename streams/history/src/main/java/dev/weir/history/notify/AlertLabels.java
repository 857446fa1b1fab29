package dev.weir.history.notify;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.relabel.Relabeler;
import java.util.Optional;

/// What labels alerts have for who routes them.
///
/// @param external that every alert gets, unless it has a label of the name
/// @param relabeler `alert_relabel_configs`, which see the external labels too
public record AlertLabels(Labels external, Relabeler relabeler) {
  /// Alerts have their own labels.
  public static final AlertLabels OWN = new AlertLabels(Labels.EMPTY, Relabeler.NONE);

  public AlertLabels {
    requireNonNull(external, "external");
    requireNonNull(relabeler, "relabeler");
  }

  /// The labels that an alert is routed by; empty if nobody hears of it.
  Optional<Labels> of(Labels own) {
    Labels.Builder all = own.toBuilder();
    external.forEach((name, value) -> {
      if (!own.has(name)) {
        all.set(name, value);
      }
    });
    return relabeler.apply(all.build());
  }
}
