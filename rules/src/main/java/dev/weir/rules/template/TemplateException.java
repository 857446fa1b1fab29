package dev.weir.rules.template;

import static java.util.Objects.requireNonNull;

/// A template that cannot be parsed, or that fails while it is expanded. The message is worded and
/// located as Go's; the offset says where in the template's text.
public final class TemplateException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int offset;
  private final String problem;

  TemplateException(String message, String problem, int offset) {
    // No stack trace: it says nothing of the template, and alerts with errors expand often.
    super(message, null, false, false);
    this.problem = problem;
    this.offset = offset;
  }

  @Override
  public String getMessage() {
    return requireNonNull(super.getMessage());
  }

  /// Where the problem is, in UTF-16 units from the start of the template's text.
  public int offset() {
    return offset;
  }

  /// The message without the place.
  public String problem() {
    return problem;
  }
}
