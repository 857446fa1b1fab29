package dev.weir.standalone;

/// A command could not do what it was asked. The message is the one line that the user reads: what
/// was found, where, and what would be right.
final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CommandFailure(String message) {
    super(message);
  }

  CommandFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
