/// Keeps an eye on the queries of clients: which run now, what became of those that ended. Nothing
/// here changes an answer.
@NullMarked
package dev.weir.query.watch;

import org.jspecify.annotations.NullMarked;
