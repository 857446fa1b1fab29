package dev.weir.objects;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.opendal.AsyncOperator;
import org.apache.opendal.Entry;
import org.apache.opendal.ListOptions;
import org.apache.opendal.Metadata;
import org.apache.opendal.OpenDALException;
import org.apache.opendal.WriteOptions;

/// An object store through Apache OpenDAL, whose native part does the requests on threads of its
/// own.
///
/// Objects are written in one request each: OpenDAL 0.48 drops the condition that a name must be
/// free where it splits an object into parts, and overwrites.
final class OpenDalClient implements ObjectClient {
  private static final WriteOptions ONLY_NEW = WriteOptions.builder().ifNotExists(true).build();
  private static final ListOptions ALL_BELOW = ListOptions.builder().recursive(true).build();

  /// What follows the question mark of a URL may be a signature.
  private static final Pattern QUERY = Pattern.compile("\\?[^\\s)]*");

  private static final Pattern SOURCE = Pattern.compile("\nSource:\\s*\n\\s*([^\n]+)");

  /// What S3 says when two write one name at the same time: neither has won yet.
  private static final String CONFLICT = "ConditionalRequestConflict";

  private final AsyncOperator operator;

  private OpenDalClient(AsyncOperator operator) {
    this.operator = operator;
  }

  /// Prepares to ask; nothing is asked yet.
  ///
  /// @throws WeirException.BadData if there can be no such store
  /// @throws WeirException.Unavailable if there is no native part for this platform
  static OpenDalClient open(ObjectLocation location) {
    AsyncOperator operator;
    try {
      operator = AsyncOperator.of(location.scheme(), location.properties());
    } catch (OpenDALException e) {
      throw new WeirException.BadData(
          "object store %s: %s".formatted(location, message(e)), failure(e));
    } catch (LinkageError | IllegalStateException e) {
      throw new WeirException.Unavailable(
          "object store %s: this release has no native library of OpenDAL for %s on %s: %s"
              .formatted(location, System.getProperty("os.name"), System.getProperty("os.arch"), e),
          e);
    }
    if (!operator.info.fullCapability.writeWithIfNotExists) {
      operator.close();
      throw new WeirException.BadData(
          "object store %s cannot write an object only if there is none of its name, which publishing needs"
              .formatted(location));
    }
    return new OpenDalClient(operator);
  }

  @Override
  public CompletableFuture<Void> create(String key, byte[] content) {
    return translated(operator.write(key, content, ONLY_NEW));
  }

  @Override
  public CompletableFuture<byte[]> read(String key, long offset, int length) {
    return translated(operator.read(key, offset, length));
  }

  @Override
  public CompletableFuture<Optional<StoredObject>> stat(String key) {
    return translated(operator.stat(key))
        .handle((metadata, e) -> {
          if (e == null) {
            return Optional.of(stored(key, metadata));
          }
          if (unwrapped(e) instanceof ObjectFailure failure
              && failure.kind() == ObjectFailure.Kind.ABSENT) {
            return Optional.empty();
          }
          throw new CompletionException(unwrapped(e));
        });
  }

  @Override
  public CompletableFuture<Void> delete(String key) {
    return translated(operator.delete(key));
  }

  @Override
  public CompletableFuture<List<StoredObject>> list(String directory) {
    return translated(operator.list(directory, ALL_BELOW))
        .thenApply(entries -> entries.stream().flatMap(entry -> stored(entry).stream()).toList());
  }

  private static Optional<StoredObject> stored(Entry entry) {
    return entry.getMetadata().isFile()
        ? Optional.of(stored(entry.getPath(), entry.getMetadata()))
        : Optional.empty();
  }

  private static StoredObject stored(String key, Metadata metadata) {
    Instant modified = metadata.getLastModified();
    return new StoredObject(
        key, metadata.getContentLength(), requireNonNull(modified, "time of modification"));
  }

  private static <T> CompletableFuture<T> translated(CompletableFuture<T> asked) {
    return asked.exceptionallyCompose(e ->
        CompletableFuture.failedFuture(
            unwrapped(e) instanceof OpenDALException refused ? failure(refused) : unwrapped(e)));
  }

  private static Throwable unwrapped(Throwable e) {
    return e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
  }

  private static ObjectFailure failure(OpenDALException e) {
    ObjectFailure.Kind kind =
        switch (e.getCode()) {
          case ConditionNotMatch, AlreadyExists ->
              String.valueOf(e.getMessage()).contains(CONFLICT)
                  ? ObjectFailure.Kind.TROUBLE
                  : ObjectFailure.Kind.EXISTS;
          case NotFound -> ObjectFailure.Kind.ABSENT;
          case PermissionDenied, ConfigInvalid, Unsupported -> ObjectFailure.Kind.REFUSED;
          case Unexpected,
              RateLimited,
              IsADirectory,
              NotADirectory,
              IsSameFile,
              RangeNotSatisfied ->
              ObjectFailure.Kind.TROUBLE;
        };
    return new ObjectFailure(kind, message(e));
  }

  /// What happened, and why, without the native stack and without what may be secret.
  private static String message(OpenDALException e) {
    String all = String.valueOf(e.getMessage());
    Matcher source = SOURCE.matcher(all);
    String why = source.find() ? ": " + source.group(1) : "";
    return QUERY.matcher(all.lines().findFirst().orElse("") + why).replaceAll("?…");
  }

  @Override
  public void close() {
    operator.close();
  }
}
