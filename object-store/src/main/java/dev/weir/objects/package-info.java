/// Blocks in an object store: S3, Google Cloud Storage or Azure Blob Storage, all reached through
/// Apache OpenDAL. [dev.weir.objects.ObjectBlockStore] keeps what
/// [dev.weir.blocks.store.BlockStore] promises by one means that all three have: writing an object
/// only if there is none of its name.
///
/// Requests are repeated, bounded in number and time, and counted in one place,
/// [dev.weir.objects.Requests]; what OpenDAL is asked stands behind
/// [dev.weir.objects.ObjectClient].
@NullMarked
package dev.weir.objects;

import org.jspecify.annotations.NullMarked;
