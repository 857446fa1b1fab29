package dev.weir.query.api;

import dev.weir.model.WeirException;

/// The kinds of failure that Prometheus's API tells apart, and their status codes.
enum ErrorType {
  BAD_DATA("bad_data", 400),
  NOT_FOUND("not_found", 404),
  EXECUTION("execution", 422),
  CANCELED("canceled", 499),
  INTERNAL("internal", 500),
  TIMEOUT("timeout", 503),
  UNAVAILABLE("unavailable", 503);

  private final String text;
  private final int status;

  ErrorType(String text, int status) {
    this.text = text;
    this.status = status;
  }

  /// The name in `errorType`.
  String text() {
    return text;
  }

  int status() {
    return status;
  }

  static ErrorType of(WeirException error) {
    return switch (error) {
      case WeirException.BadData _ -> BAD_DATA;
      case WeirException.Unprocessable _, WeirException.LimitExceeded _ -> EXECUTION;
      case WeirException.TimedOut _ -> TIMEOUT;
      case WeirException.Canceled _ -> CANCELED;
      case WeirException.Unavailable _ -> UNAVAILABLE;
      case WeirException.Corrupt _, WeirException.Internal _ -> INTERNAL;
    };
  }
}
