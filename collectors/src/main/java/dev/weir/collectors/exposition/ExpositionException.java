package dev.weir.collectors.exposition;

/// A body is not what its format says. The message names the line and the column, what was expected
/// and what was found.
public final class ExpositionException extends Exception {
  private static final long serialVersionUID = 1L;

  public ExpositionException(String message) {
    super(message);
  }
}
