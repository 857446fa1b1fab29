@NullMarked
package dev.weir.streams.merge;

import org.jspecify.annotations.NullMarked;
