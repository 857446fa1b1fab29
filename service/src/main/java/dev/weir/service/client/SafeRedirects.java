package dev.weir.service.client;

import org.apache.hc.client5.http.impl.DefaultRedirectStrategy;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;

/// Follows redirects, but none from https to http, and none to another host with credentials.
final class SafeRedirects extends DefaultRedirectStrategy {
  @Override
  public boolean isRedirectAllowed(
      HttpHost current, HttpHost next, HttpRequest redirect, HttpContext context) {
    if ("https".equals(current.getSchemeName()) && !"https".equals(next.getSchemeName())) {
      return false;
    }
    return current.getHostName().equalsIgnoreCase(next.getHostName())
        || !redirect.containsHeader(HttpHeaders.AUTHORIZATION);
  }
}
