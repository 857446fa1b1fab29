/// Puts samples together to windows of a [dev.weir.blocks.store.Resolution] and reads them back.
/// What a window keeps is chosen so that functions over whole windows come to what they come to
/// over the samples. Knows blocks and nothing of which of them count.
@NullMarked
package dev.weir.blocks.downsample;

import org.jspecify.annotations.NullMarked;
