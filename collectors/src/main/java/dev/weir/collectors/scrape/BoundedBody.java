package dev.weir.collectors.scrape;

import dev.weir.collectors.exposition.BodyMemory;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// Collects a response's body up to a bound, and while there is memory; beyond them the rest is not
/// read.
final class BoundedBody implements BodySubscriber<BoundedBody> {
  private static final int FIRST_BYTES = 16 << 10;

  private final long maxBytes;
  private final BodyMemory.Share memory;
  private final CompletableFuture<BoundedBody> done = new CompletableFuture<>();
  private byte[] bytes = {};
  private int length;
  private boolean whole = true;
  private boolean memoryLacks;
  private Flow.@Nullable Subscription subscription;

  /// @param memory that the body takes
  BoundedBody(long maxBytes, BodyMemory.Share memory) {
    this.maxBytes = Math.min(maxBytes, Integer.MAX_VALUE - 16);
    this.memory = memory;
  }

  /// Whether there was no memory for the whole body.
  boolean lacksMemory() {
    return memoryLacks;
  }

  /// Whether the body ended within the bound.
  boolean isWhole() {
    return whole;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  @Override
  public CompletionStage<BoundedBody> getBody() {
    return done;
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    newSubscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      int more = buffer.remaining();
      if (!whole || more > maxBytes - length) {
        whole = false;
        stop();
        return;
      }
      if (length + more > bytes.length && !grow(length + more)) {
        whole = false;
        memoryLacks = true;
        stop();
        return;
      }
      buffer.get(bytes, length, more);
      length += more;
    }
  }

  private boolean grow(int least) {
    int longer =
        (int) Math.min(maxBytes, Math.max(FIRST_BYTES, Math.max(2L * bytes.length, least)));
    if (!memory.take(longer - bytes.length)) {
      return false;
    }
    bytes = Arrays.copyOf(bytes, longer);
    return true;
  }

  private void stop() {
    if (subscription != null) {
      subscription.cancel();
    }
    done.complete(this);
  }

  @Override
  public void onError(Throwable problem) {
    done.completeExceptionally(problem);
  }

  @Override
  public void onComplete() {
    done.complete(this);
  }
}
