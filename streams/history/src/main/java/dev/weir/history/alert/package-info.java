/// What becomes of alerts over a stretch of the past: their lives, when they were pending and
/// firing, and what receivers would have been told.
@NullMarked
package dev.weir.history.alert;

import org.jspecify.annotations.NullMarked;
