@NullMarked
package dev.weir.promql.plan;

import org.jspecify.annotations.NullMarked;
