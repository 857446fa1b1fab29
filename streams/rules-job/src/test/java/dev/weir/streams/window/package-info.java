@NullMarked
package dev.weir.streams.window;

import org.jspecify.annotations.NullMarked;
