/// Reads what targets expose: the Prometheus text format 0.0.4 and OpenMetrics 1.0, byte by byte.
/// An [dev.weir.collectors.exposition.ExpositionReader] reads a body entry by entry; a
/// [dev.weir.collectors.exposition.BodyTemplate] recognises a body that differs from the last one
/// in its values alone. Nothing here knows of targets, relabelling or rows.
@NullMarked
package dev.weir.collectors.exposition;

import org.jspecify.annotations.NullMarked;
