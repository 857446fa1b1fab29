/// Evaluates groups of rules: at which times, and what one evaluation records, raises and ends. It
/// reads through a [dev.weir.model.source.SeriesSource] and is told what time it is; who keeps the
/// state between evaluations, and where results go, is not its matter.
@NullMarked
package dev.weir.rules.group;

import org.jspecify.annotations.NullMarked;
