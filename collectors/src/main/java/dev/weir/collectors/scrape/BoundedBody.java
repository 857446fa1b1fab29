package dev.weir.collectors.scrape;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// Collects a response's body up to a bound; beyond it the rest is not read.
final class BoundedBody implements BodySubscriber<BoundedBody> {
  private final long maxBytes;
  private final CompletableFuture<BoundedBody> done = new CompletableFuture<>();
  private byte[] bytes = new byte[16 << 10];
  private int length;
  private boolean whole = true;
  private Flow.@Nullable Subscription subscription;

  BoundedBody(long maxBytes) {
    this.maxBytes = Math.min(maxBytes, Integer.MAX_VALUE - 16);
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
        if (subscription != null) {
          subscription.cancel();
        }
        done.complete(this);
        return;
      }
      if (length + more > bytes.length) {
        bytes =
            Arrays.copyOf(
                bytes, (int) Math.min(maxBytes, Math.max(2L * bytes.length, length + more)));
      }
      buffer.get(bytes, length, more);
      length += more;
    }
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
