package dev.weir.collectors.series;

import dev.weir.model.LabelText;
import dev.weir.model.Labels;

/// What senders wrote, for messages: long text is cut, because an answer is not to be as long as
/// what it refuses.
public final class ShortText {
  private static final int SHOWN = 100;

  private ShortText() {}

  public static String of(Labels labels) {
    return cut(labels.toString(), SHOWN);
  }

  /// Text in double quotes.
  public static String quoted(String text) {
    return cut(LabelText.quote(text), SHOWN);
  }

  /// The start of a text, and how long the whole is.
  ///
  /// @param shown characters that a text may have
  public static String cut(String text, int shown) {
    if (text.length() <= shown) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(shown - 1)) ? shown - 1 : shown;
    return "%s… (%d characters)".formatted(text.substring(0, end), text.length());
  }
}
