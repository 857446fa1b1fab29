/// Where the partial results of all partitions come together: the evaluation of a rule group at one
/// time, what it records, and what becomes of its alerts.
@NullMarked
package dev.weir.streams.merge;

import org.jspecify.annotations.NullMarked;
