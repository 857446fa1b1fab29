/// `alertmanager.yml` and its routing tree: which receivers hear of an alert, with which others it
/// is grouped, and when. Knows no time and sends nothing; [dev.weir.rules.notify] decides when.
@NullMarked
package dev.weir.rules.routing;

import org.jspecify.annotations.NullMarked;
