/// What travels from the leaf tasks to the merge: the partial result of a rule group at one time,
/// and how it is written.
@NullMarked
package dev.weir.streams.partial;

import org.jspecify.annotations.NullMarked;
