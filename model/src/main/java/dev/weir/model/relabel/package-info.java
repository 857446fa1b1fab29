/// Relabelling: rules that change, keep or drop a set of labels, as in `relabel_configs`,
/// `metric_relabel_configs`, `write_relabel_configs` and `alert_relabel_configs`.
@NullMarked
package dev.weir.model.relabel;

import org.jspecify.annotations.NullMarked;
