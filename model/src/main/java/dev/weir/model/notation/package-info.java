/// Series, their samples and histograms as people write them in test scripts and rule unit tests:
/// one line a series.
@NullMarked
package dev.weir.model.notation;

import org.jspecify.annotations.NullMarked;
