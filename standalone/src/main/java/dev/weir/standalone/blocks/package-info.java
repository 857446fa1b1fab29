/// `weir blocks`: what people do with blocks by hand. Every command works on the directory of
/// blocks itself, beside processes that run: blocks never change, and appear at once.
@NullMarked
package dev.weir.standalone.blocks;

import org.jspecify.annotations.NullMarked;
