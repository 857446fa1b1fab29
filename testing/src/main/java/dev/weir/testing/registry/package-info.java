/// A real schema registry for tests.
@NullMarked
package dev.weir.testing.registry;

import org.jspecify.annotations.NullMarked;
