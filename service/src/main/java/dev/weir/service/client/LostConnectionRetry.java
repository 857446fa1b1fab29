package dev.weir.service.client;

import java.io.IOException;
import java.net.SocketException;
import org.apache.hc.client5.http.HttpRequestRetryStrategy;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;

/// Asks once more where a connection was kept that the server had closed in the meantime. An answer
/// of any status is taken as it is.
final class LostConnectionRetry implements HttpRequestRetryStrategy {
  @Override
  public boolean retryRequest(
      HttpRequest request, IOException problem, int tries, HttpContext context) {
    boolean lost =
        problem instanceof NoHttpResponseException || problem.getClass() == SocketException.class;
    return lost && tries == 1 && !Thread.currentThread().isInterrupted();
  }

  @Override
  public boolean retryRequest(HttpResponse response, int tries, HttpContext context) {
    return false;
  }

  @Override
  public TimeValue getRetryInterval(HttpResponse response, int tries, HttpContext context) {
    return TimeValue.ZERO_MILLISECONDS;
  }
}
