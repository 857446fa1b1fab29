package dev.weir.objects;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// What an object store is asked. Each call is one request, that of a listing one for each thousand
/// names; none is repeated here. A call that fails completes with an [ObjectFailure]. Safe for use
/// by many threads.
interface ObjectClient extends AutoCloseable {
  /// An object in a listing.
  ///
  /// @param modifiedAt when it was written, by the store's clock
  record StoredObject(String key, long sizeBytes, Instant modifiedAt) {}

  /// Writes an object whole, in one request, unless there is one of that name.
  CompletableFuture<Void> create(String key, byte[] content);

  CompletableFuture<byte[]> read(String key, long offset, int length);

  /// What is known of an object; empty if there is none.
  CompletableFuture<Optional<StoredObject>> stat(String key);

  /// Deletes an object, if there is one.
  CompletableFuture<Void> delete(String key);

  /// The objects below a directory, which ends in a slash or is empty.
  CompletableFuture<List<StoredObject>> list(String directory);

  @Override
  void close();
}
