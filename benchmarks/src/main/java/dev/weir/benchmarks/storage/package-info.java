/// How many bytes samples take on disk, and how fast they go in and out.
@NullMarked
package dev.weir.benchmarks.storage;

import org.jspecify.annotations.NullMarked;
