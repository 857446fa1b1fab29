package dev.weir.blocks.node;

/// A node of this process, asked directly.
class LocalStorageNodeTest extends StorageNodeContract {
  @Override
  protected StorageNode reach(StorageNode node) {
    return node;
  }
}
