/// Queries whose leaves storage nodes evaluate: what may be pushed to them, and how their answers
/// become a result.
@NullMarked
package dev.weir.query.push;

import org.jspecify.annotations.NullMarked;
