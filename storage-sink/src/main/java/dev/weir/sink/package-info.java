/// Topics to head to blocks, exactly once; serves them as a storage node.
@NullMarked
package dev.weir.sink;

import org.jspecify.annotations.NullMarked;
