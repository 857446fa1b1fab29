/// Tests of the package of the same name.
@NullMarked
package dev.weir.streams.definition;

import org.jspecify.annotations.NullMarked;
