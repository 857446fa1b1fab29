/// Primitives of the stored formats, into arrays and out of them. Whoever reads says which file and
/// offset the bytes come from, so that every complaint can name the place.
///
/// ```
/// u8, u32, u64  fixed width, little-endian
/// uvarint       7 bits a byte, lowest first, the top bit set on all bytes but the last; at most 10
/// varint        uvarint of (v << 1) ^ (v >> 63)
/// text          length in bytes as uvarint, then UTF-8
/// ```
@NullMarked
package dev.weir.blocks.bytes;

import org.jspecify.annotations.NullMarked;
