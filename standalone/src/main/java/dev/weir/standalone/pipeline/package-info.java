/// What `weir run` runs: the data directory, the embedded broker and the roles of this process, put
/// together in order and taken apart in reverse.
@NullMarked
package dev.weir.standalone.pipeline;

import org.jspecify.annotations.NullMarked;
