package dev.weir.rules.template.prometheus;

/// Capitals at the start of words, other letters as they are. Words are Unicode's: letters, digits
/// and underscores, with single apostrophes, points and colons between letters inside of them.
final class TitleCase {
  private static final String INSIDE_WORDS = "'.:\u00b7\u2018\u2019\u2024\u2027";

  private TitleCase() {}

  static String of(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean inside = false;
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      int next = at + Character.charCount(c);
      boolean word = isWord(c);
      out.appendCodePoint(word && !inside ? Character.toTitleCase(c) : c);
      inside = word || (inside && joins(text, at, next));
      at = next;
    }
    return out.toString();
  }

  private static boolean isWord(int c) {
    return Character.isLetterOrDigit(c)
        || c == '_'
        || Character.getType(c) == Character.NON_SPACING_MARK;
  }

  private static boolean joins(String text, int at, int next) {
    return INSIDE_WORDS.indexOf(text.charAt(at)) >= 0
        && next < text.length()
        && Character.isLetter(text.codePointAt(next))
        && at > 0
        && Character.isLetter(text.codePointBefore(at));
  }
}
