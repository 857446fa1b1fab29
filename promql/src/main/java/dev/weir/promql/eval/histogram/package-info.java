/// What is computed from one histogram: quantiles, fractions, mean and variance, of classic
/// histograms (series of cumulative buckets) and of native ones. Knows no series and no steps.
@NullMarked
package dev.weir.promql.eval.histogram;

import org.jspecify.annotations.NullMarked;
