@NullMarked
package dev.weir.streams.commit;

import org.jspecify.annotations.NullMarked;
