/// Splits expressions into what shards of the series compute alone and what combines their results.
/// Knows neither shards nor how results travel.
@NullMarked
package dev.weir.promql.plan;

import org.jspecify.annotations.NullMarked;
