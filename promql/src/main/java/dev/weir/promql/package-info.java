/// The query language: AST, parser, evaluator, function families and planner. It meets storage only
/// through `SeriesSource`.
@NullMarked
package dev.weir.promql;

import org.jspecify.annotations.NullMarked;
