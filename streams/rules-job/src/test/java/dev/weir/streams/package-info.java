@NullMarked
package dev.weir.streams;

import org.jspecify.annotations.NullMarked;
