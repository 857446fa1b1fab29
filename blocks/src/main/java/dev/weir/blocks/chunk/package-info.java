/// Compresses columns into chunks and reads them back: the timestamps of a group, and the values,
/// native histograms, start timestamps and exemplars of a series. A chunk knows nothing of labels,
/// files or tenants, and not how many samples it has: whoever reads it knows that from the
/// timestamps. [dev.weir.blocks.block] arranges chunks on disk and checksums them.
@NullMarked
package dev.weir.blocks.chunk;

import org.jspecify.annotations.NullMarked;
