package dev.weir.broker;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/// Why an embedded broker could not start, or stopped working. The message is one line that says
/// where, what was found and what to do.
public final class EmbeddedBrokerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /// What kind of failure this is, so that nobody has to parse messages.
  public enum Reason {
    /// Something else listens on one of the addresses, or the machine does not have the address.
    ADDRESS_UNAVAILABLE,
    /// The data directory cannot be made, read or written.
    DIRECTORY_UNUSABLE,
    /// Another broker is running on the data directory.
    DIRECTORY_IN_USE,
    /// The data directory holds the log of another cluster or node.
    OTHER_CLUSTER,
    /// A setting has a value that Kafka refuses.
    INVALID_SETTING,
    /// Kafka failed for a reason of its own, named by the cause.
    BROKER_FAILED
  }

  private final Reason reason;

  EmbeddedBrokerException(Reason reason, String message) {
    this(reason, message, null);
  }

  EmbeddedBrokerException(Reason reason, String message, @Nullable Throwable cause) {
    super(requireNonNull(message, "message"), cause);
    this.reason = requireNonNull(reason, "reason");
  }

  /// One line for the user; there always is one.
  @Override
  public String getMessage() {
    return requireNonNull(super.getMessage());
  }

  /// What kind of failure this is.
  public Reason reason() {
    return reason;
  }
}
