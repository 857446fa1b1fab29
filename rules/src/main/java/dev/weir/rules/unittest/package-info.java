/// Unit tests of rules: files as `promtool test rules` reads them, series in memory, and the rules
/// evaluated over them by [dev.weir.rules.group.GroupEvaluator]. What was expected and did not come
/// is told by file and line.
@NullMarked
package dev.weir.rules.unittest;

import org.jspecify.annotations.NullMarked;
