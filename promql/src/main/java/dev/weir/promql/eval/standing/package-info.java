/// Expressions that are evaluated again and again over samples that stay, as rules on the stream
/// are: what depends on labels is worked out when series come or go, and windows slide from one
/// evaluation to the next. Values are those of [dev.weir.promql.eval.QueryEngine], to the last bit.
@NullMarked
package dev.weir.promql.eval.standing;

import org.jspecify.annotations.NullMarked;
