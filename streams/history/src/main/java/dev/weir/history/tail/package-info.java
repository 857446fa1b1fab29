/// What topics have that no block has yet: read once, and written as blocks of the job's own, which
/// stand behind those of the store.
@NullMarked
package dev.weir.history.tail;

import org.jspecify.annotations.NullMarked;
