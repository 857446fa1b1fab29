package dev.weir.model;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/// Compiles the regular expressions of matchers, relabelling and PromQL: RE2's syntax, matched
/// against the whole text, with `.` for every character.
///
/// RE2/J has no bound on what a pattern becomes: each repetition is written out, and both parser
/// and matcher are recursive. So the pattern is measured first, as Go's package does: repetitions
/// inside each other make at most [#MAX_REPEAT] copies, the whole at most [#MAX_SIZE] instructions,
/// groups lie at most [#MAX_DEPTH] inside each other, and one way through it takes at most
/// [#MAX_HOPS] instructions that take no character: groups, repetitions, anchors, branches.
public final class WholeMatch {
  /// Go's own bound, which Prometheus has therefore.
  static final int MAX_REPEAT = 1000;

  /// As Go's, which counts the pattern's own levels, too.
  static final int MAX_DEPTH = 1000;

  /// A stack of a megabyte is enough for 5,400 (`x*` 5,400 times, `(a?)` 1,800 times, 5,400
  /// branches), and a loop may go through two branches at once.
  static final long MAX_HOPS = 2_500;

  /// Some ten megabytes of compiled pattern; a dashboard's list of ten thousand hosts fits.
  static final long MAX_SIZE = 1_000_000;

  private WholeMatch() {}

  /// A pattern that matches whole texts.
  ///
  /// @throws WeirException.BadData if the text is no regular expression, or makes too large a one
  public static Pattern compile(String regex) {
    checkSize(regex);
    try {
      return Pattern.compile("^(?s:" + regex + ")$");
    } catch (PatternSyntaxException e) {
      throw new WeirException.BadData(
          "error parsing regexp: %s: `%s`".formatted(e.getDescription(), e.getPattern()), e);
    }
  }

  /// Refuses a pattern that would become too large.
  ///
  /// @throws WeirException.BadData with Go's wording
  public static void checkSize(String regex) {
    new RegexSize(regex).check();
  }
}
