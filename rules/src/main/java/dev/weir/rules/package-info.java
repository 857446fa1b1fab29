/// Rule files, the alert lifecycle, templates, the routing tree and notification timing as pure
/// functions of time, and rule unit tests will live here. Nothing is implemented yet.
@NullMarked
package dev.weir.rules;

import org.jspecify.annotations.NullMarked;
