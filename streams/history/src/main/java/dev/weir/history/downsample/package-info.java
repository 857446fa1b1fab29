/// Which slices of the past are to be downsampled, and how one of them becomes blocks.
@NullMarked
package dev.weir.history.downsample;

import org.jspecify.annotations.NullMarked;
