@NullMarked
package dev.weir.streams.leaf;

import org.jspecify.annotations.NullMarked;
