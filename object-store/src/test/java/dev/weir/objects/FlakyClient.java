package dev.weir.objects;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A client in front of another that does with each request what a test says.
final class FlakyClient implements ObjectClient {
  /// What becomes of a request.
  enum Fate {
    /// It is answered.
    ANSWERED,
    /// It does not reach the store.
    LOST,
    /// It is done, and the answer does not come back.
    ANSWER_LOST,
    /// It is never answered, nor done.
    SILENCE
  }

  /// Says what becomes of a request.
  @FunctionalInterface
  interface Fates {
    Fate of(Operation operation, String key, int number);
  }

  private final ObjectClient client;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private volatile @Nullable Fates fates;

  FlakyClient(ObjectClient client) {
    this.client = client;
  }

  void fates(Fates now) {
    log.clear();
    fates = now;
  }

  /// What was asked since the fates were given, as `operation key`.
  List<String> log() {
    return List.copyOf(log);
  }

  private <T> CompletableFuture<T> ask(
      Operation operation, String key, Supplier<CompletableFuture<T>> request) {
    log.add(operation + " " + key);
    Fates known = fates;
    Fate fate = known == null ? Fate.ANSWERED : known.of(operation, key, log.size());
    return switch (fate) {
      case ANSWERED -> request.get();
      case LOST -> CompletableFuture.failedFuture(trouble("the test lost the request"));
      case ANSWER_LOST ->
          request
              .get()
              .handle((_, _) -> null)
              .thenCompose(
                  _ -> CompletableFuture.failedFuture(trouble("the test lost the answer")));
      case SILENCE -> new CompletableFuture<>();
    };
  }

  private static ObjectFailure trouble(String what) {
    return new ObjectFailure(ObjectFailure.Kind.TROUBLE, what);
  }

  @Override
  public CompletableFuture<Void> create(String key, byte[] content) {
    return ask(Operation.WRITE, key, () -> client.create(key, content));
  }

  @Override
  public CompletableFuture<byte[]> read(String key, long offset, int length) {
    return ask(Operation.READ, key, () -> client.read(key, offset, length));
  }

  @Override
  public CompletableFuture<Optional<StoredObject>> stat(String key) {
    return ask(Operation.STAT, key, () -> client.stat(key));
  }

  @Override
  public CompletableFuture<Void> delete(String key) {
    return ask(Operation.DELETE, key, () -> client.delete(key));
  }

  @Override
  public CompletableFuture<List<StoredObject>> list(String directory) {
    return ask(Operation.LIST, directory, () -> client.list(directory));
  }

  @Override
  public void close() {
    client.close();
  }
}
