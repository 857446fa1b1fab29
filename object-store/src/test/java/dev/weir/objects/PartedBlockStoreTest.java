package dev.weir.objects;

import java.time.InstantSource;

/// The same where blocks are larger than a request may be, and lie in parts.
class PartedBlockStoreTest extends S3BlockStoreTest {
  private int partBytes;

  @Override
  protected int largeBytes() {
    return 50;
  }

  @Override
  ObjectBlockStore open(ObjectLocation location) {
    // Two stores need not cut alike.
    partBytes = partBytes == 4 ? 3 : 4;
    return new ObjectBlockStore(
        location.toString(),
        OpenDalClient.open(location),
        RequestSettings.DEFAULT,
        InstantSource.system(),
        partBytes);
  }
}
