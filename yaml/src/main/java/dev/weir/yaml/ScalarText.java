package dev.weir.yaml;

import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// Finds where a character of a YAML scalar stands in the file, so that an error inside of an
/// expression is reported at its own line and column, however the expression is quoted or folded.
///
/// YAML changes white space and nothing else, apart from quotes and escapes: so value and file are
/// walked side by side, from one character that is not white space to the next.
final class ScalarText {
  private static final String ESCAPED_SPACES = "ntrvfb_ \nNLP";

  private final String text;
  private final ScalarStyle style;
  private int at;

  private ScalarText(String text, ScalarNode node) {
    this.text = text;
    this.style = node.getScalarStyle();
    int start = text.offsetByCodePoints(0, node.getStartMark().orElseThrow().getIndex());
    this.at =
        switch (style) {
          case PLAIN, JSON_SCALAR_STYLE -> start;
          case SINGLE_QUOTED, DOUBLE_QUOTED -> start + 1;
          case LITERAL, FOLDED -> afterLine(start);
        };
  }

  private int afterLine(int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end + 1;
  }

  /// @param offset of a character of the value, in UTF-16 units; or its length, for its end
  static TextPosition find(String text, ScalarNode node, int offset) {
    ScalarText scalar = new ScalarText(text, node);
    String value = node.getValue();
    for (int i = 0; i < offset; i++) {
      if (!Character.isWhitespace(value.charAt(i))) {
        scalar.skipSpace();
        scalar.skipCharacter();
      }
    }
    if (offset < value.length() && !Character.isWhitespace(value.charAt(offset))) {
      scalar.skipSpace();
    }
    return TextPosition.of(text, Math.min(scalar.at, text.length()));
  }

  private void skipSpace() {
    while (at < text.length()) {
      if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else if (isEscape() && ESCAPED_SPACES.indexOf(text.charAt(at + 1)) >= 0) {
        at += 2;
      } else {
        return;
      }
    }
  }

  private boolean isEscape() {
    return style == ScalarStyle.DOUBLE_QUOTED && text.charAt(at) == '\\' && at + 1 < text.length();
  }

  private void skipCharacter() {
    if (at >= text.length()) {
      return;
    }
    if (isEscape()) {
      at +=
          switch (text.charAt(at + 1)) {
            case 'x' -> 4;
            case 'u' -> 6;
            case 'U' -> 10;
            default -> 2;
          };
    } else if (style == ScalarStyle.SINGLE_QUOTED && text.charAt(at) == '\'') {
      at += 2;
    } else {
      at++;
    }
  }
}
