/// Samples as lines that people and scripts read, as `weir tail` prints them.
@NullMarked
package dev.weir.schemas.text;

import org.jspecify.annotations.NullMarked;
