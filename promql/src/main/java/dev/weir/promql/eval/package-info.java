/// Evaluates PromQL expressions over a [dev.weir.model.source.SeriesSource], a group of series at a
/// time. [QueryEngine] is the way in, [QueryResult] the way out; the packages below hold one family
/// of operators or functions each and are not for use from outside.
@NullMarked
package dev.weir.promql.eval;

import org.jspecify.annotations.NullMarked;
