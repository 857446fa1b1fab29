/// The `weir` command: every role in one process or each in its own.
@NullMarked
package dev.weir.standalone;

import org.jspecify.annotations.NullMarked;
