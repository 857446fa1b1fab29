/// Tests of [dev.weir.promql.query].
@NullMarked
package dev.weir.promql.query;

import org.jspecify.annotations.NullMarked;
