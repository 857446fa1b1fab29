/// What goes into a query and what comes out: settings, limits, the caller's context; values,
/// annotations, statistics. Knows nothing of how a query is evaluated.
@NullMarked
package dev.weir.promql.query;

import org.jspecify.annotations.NullMarked;
