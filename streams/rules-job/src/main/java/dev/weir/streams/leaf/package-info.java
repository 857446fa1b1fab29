/// What is computed beside a partition: which rows are due, when an evaluation may run, what the
/// leaves of a rule group come to, and the partial result that goes on to the merge.
@NullMarked
package dev.weir.streams.leaf;

import org.jspecify.annotations.NullMarked;
