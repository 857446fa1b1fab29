@NullMarked
package dev.weir.streams.query;

import org.jspecify.annotations.NullMarked;
