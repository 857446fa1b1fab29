/// Arithmetic of native histograms: sums and differences over unlike bucket layouts, scaling,
/// trimming, and whether a counter was reset between two samples. Histograms that come out are new;
/// those that go in stay as they are.
@NullMarked
package dev.weir.model.histogram;

import org.jspecify.annotations.NullMarked;
