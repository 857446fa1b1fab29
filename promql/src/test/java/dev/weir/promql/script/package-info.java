/// The language of query test scripts (promqltest): its reader, what a script expects of results,
/// and a runner for any engine behind [dev.weir.promql.script.ScriptEngine]. Shipped as a test-jar,
/// so that the same scripts run in memory and over HTTP.
@NullMarked
package dev.weir.promql.script;

import org.jspecify.annotations.NullMarked;
