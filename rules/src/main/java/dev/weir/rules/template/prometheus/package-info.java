/// Templates of alerting rules: Prometheus's functions, and the data that labels and annotations
/// are expanded with.
@NullMarked
package dev.weir.rules.template.prometheus;

import org.jspecify.annotations.NullMarked;
