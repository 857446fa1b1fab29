package dev.weir.rules.template;

/// What one expansion may use. Each limit stops it with an error that names it.
///
/// @param maxOutput characters of the result, and of each text on the way to it
/// @param maxSteps actions and iterations of loops
/// @param maxDepth templates that call each other
public record TemplateLimits(int maxOutput, int maxSteps, int maxDepth) {
  /// More than any annotation or notification needs.
  public static final TemplateLimits DEFAULT = new TemplateLimits(1 << 20, 1_000_000, 100);

  public TemplateLimits {
    if (maxOutput < 1 || maxSteps < 1 || maxDepth < 1) {
      throw new IllegalArgumentException(
          "limits of %d characters, %d steps and %d levels; each has to be above zero"
              .formatted(maxOutput, maxSteps, maxDepth));
    }
  }
}
