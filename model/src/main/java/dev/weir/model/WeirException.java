package dev.weir.model;

import static java.util.Objects.requireNonNull;

/// A failure whose type says whose it is, so that nobody has to parse messages: the caller's, the
/// system's, or a limit that was reached. Messages say where, what was found and what would be
/// right.
public abstract sealed class WeirException extends RuntimeException
    permits WeirException.BadData,
        WeirException.Unprocessable,
        WeirException.LimitExceeded,
        WeirException.TimedOut,
        WeirException.Canceled,
        WeirException.Unavailable,
        WeirException.Corrupt,
        WeirException.Internal {
  private static final long serialVersionUID = 1L;

  private WeirException(String message, Throwable cause) {
    super(requireNonNull(message, "message"), cause);
  }

  private WeirException(String message) {
    super(requireNonNull(message, "message"));
  }

  @Override
  public String getMessage() {
    return requireNonNull(super.getMessage());
  }

  /// What the caller gave cannot be right: a query, a configuration, a request body.
  public static final class BadData extends WeirException {
    private static final long serialVersionUID = 1L;

    public BadData(String message) {
      super(message);
    }

    public BadData(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /// What the caller gave is well formed, but cannot be computed from the data that it met: a query
  /// whose series do not match one to one.
  public static final class Unprocessable extends WeirException {
    private static final long serialVersionUID = 1L;

    public Unprocessable(String message) {
      super(message);
    }
  }

  /// A bound was reached. The message names the limit, its value and the setting that changes it.
  public static final class LimitExceeded extends WeirException {
    private static final long serialVersionUID = 1L;

    public LimitExceeded(String message) {
      super(message);
    }
  }

  /// The work took longer than its caller allowed.
  public static final class TimedOut extends WeirException {
    private static final long serialVersionUID = 1L;

    public TimedOut(String message) {
      super(message);
    }
  }

  /// The caller went away or asked for the work to stop.
  public static final class Canceled extends WeirException {
    private static final long serialVersionUID = 1L;

    public Canceled(String message) {
      super(message);
    }
  }

  /// Something that this process needs does not answer; trying again later may succeed.
  public static final class Unavailable extends WeirException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message) {
      super(message);
    }

    public Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /// Stored or received bytes are not what their format says. The message names the file or record,
  /// the offset, the expected value and the actual one.
  public static final class Corrupt extends WeirException {
    private static final long serialVersionUID = 1L;

    public Corrupt(String message) {
      super(message);
    }

    public Corrupt(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /// The system is at fault.
  public static final class Internal extends WeirException {
    private static final long serialVersionUID = 1L;

    public Internal(String message) {
      super(message);
    }

    public Internal(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
