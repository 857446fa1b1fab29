package dev.weir.rules.template;

/// What is wrong with a template, and where. Stays inside the package: [Parser] makes a
/// [TemplateException] of it.
final class SyntaxError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int offset;

  SyntaxError(int offset, String problem) {
    super(problem, null, false, false);
    this.offset = offset;
  }

  int offset() {
    return offset;
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
