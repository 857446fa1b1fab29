package dev.weir.promql.plan;

import dev.weir.model.WeirException;
import dev.weir.promql.ast.SourcePosition;
import dev.weir.promql.query.Annotation;
import dev.weir.promql.query.Annotation.Severity;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An annotation as a line of text, for those that come from another process: `WARNING 1:6
/// encountered a mix …`, and `-` for one without a place.
public final class AnnotationText {
  private static final Pattern LINE =
      Pattern.compile("(WARNING|INFO) (?:-|(\\d{1,9}):(\\d{1,9})) (.*)", Pattern.DOTALL);

  private AnnotationText() {}

  public static String write(Annotation annotation) {
    return "%s %s %s"
        .formatted(
            annotation.severity(),
            annotation.position().map(at -> at.line() + ":" + at.column()).orElse("-"),
            annotation.message());
  }

  /// @throws WeirException.Corrupt if the text is none
  public static Annotation read(String text) {
    Matcher line = LINE.matcher(text);
    if (!line.matches()) {
      throw new WeirException.Corrupt("\"%s\" is no annotation".formatted(text));
    }
    return new Annotation(
        Severity.valueOf(line.group(1)),
        line.group(4),
        line.group(2) == null
            ? Optional.empty()
            : Optional.of(
                new SourcePosition(
                    Integer.parseInt(line.group(2)), Integer.parseInt(line.group(3)))));
  }
}
