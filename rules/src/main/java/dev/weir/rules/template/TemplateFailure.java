package dev.weir.rules.template;

/// What a template function throws when it cannot give a result; the interpreter adds the place and
/// makes a [TemplateException] of it.
public final class TemplateFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TemplateFailure(String message) {
    super(message, null, false, false);
  }

  /// What went wrong.
  public String problem() {
    return String.valueOf(getMessage());
  }
}
