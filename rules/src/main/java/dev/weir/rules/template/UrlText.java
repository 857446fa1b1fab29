package dev.weir.rules.template;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// Text in URLs.
public final class UrlText {
  private UrlText() {}

  /// Text for the query of a URL, as Go's `url.QueryEscape`.
  public static String queryEscape(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("*", "%2A").replace("%7E", "~");
  }
}
