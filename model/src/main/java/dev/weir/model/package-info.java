/// The words that every part of Weir shares: labels, matchers, samples, native histograms, layouts,
/// rows, groups, relabelling, and [SeriesSource], the seam between storage and query.
@NullMarked
package dev.weir.model;

import org.jspecify.annotations.NullMarked;
