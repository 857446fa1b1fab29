package dev.weir.query.api;

/// Ends a request with an error in Prometheus's envelope.
final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorType type;

  ApiError(ErrorType type, String message) {
    super(message);
    this.type = type;
  }

  ApiError(ErrorType type, String message, Throwable cause) {
    super(message, cause);
    this.type = type;
  }

  ErrorType type() {
    return type;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
