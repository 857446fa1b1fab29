package dev.weir.objects;

import static java.util.Objects.requireNonNull;

/// What an object store answered instead of doing what it was asked. Its message has no secrets.
final class ObjectFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  enum Kind {
    /// There is an object of that name already.
    EXISTS,
    /// There is no such object.
    ABSENT,
    /// The store knows who asks and refuses, or the request can never succeed: repeating it is of
    /// no use.
    REFUSED,
    /// Anything else, which may go better the next time.
    TROUBLE
  }

  private final Kind kind;

  ObjectFailure(Kind kind, String message) {
    super(requireNonNull(message, "message"));
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  @Override
  public String getMessage() {
    return requireNonNull(super.getMessage());
  }
}
