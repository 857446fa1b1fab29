/// Renders the chart as Helm does, reads what it renders as Kubernetes does, and starts the release
/// as the rendered pods would.
@NullMarked
package dev.weir.helm;

import org.jspecify.annotations.NullMarked;
