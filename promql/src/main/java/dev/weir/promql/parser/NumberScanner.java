package dev.weir.promql.parser;

/// Finds the end of a number or duration.
///
/// ```
/// Number   => '0' [xX] '_'? (Hex ('_'? Hex)*)?
///           | Digits ('.' Digits?)? ([eE] [+-]? Digits)? | '.' Digits ([eE] [+-]? Digits)?
/// Digits   => [0-9] ('_'? [0-9])*
/// Duration => [0-9]+ Unit ([0-9]+ Unit)*
/// Unit     => 'ms' | 's' | 'm' | 'h' | 'd' | 'w' | 'y'
/// ```
///
/// Neither may be followed by a letter, a digit or an underscore. A `0x` without digits passes here
/// and is refused as a number.
final class NumberScanner {
  private final String text;
  private int at;

  NumberScanner(String text, int start) {
    this.text = text;
    this.at = start;
  }

  /// Behind what was scanned; behind the offending character if that was no number.
  int end() {
    return Math.min(at, text.length());
  }

  private int peek() {
    return at < text.length() ? text.charAt(at) : -1;
  }

  private boolean accept(String characters) {
    int c = peek();
    if (c < 0 || characters.indexOf(c) < 0) {
      return false;
    }
    at++;
    return true;
  }

  boolean scanNumber() {
    boolean hex = accept("0") && accept("xX");
    if (hex) {
      accept("_");
    }
    boolean dotSeen = false;
    boolean exponentSeen = false;
    while (true) {
      int c = peek();
      if (hex ? isHexDigit(c) : Lexer.isDigit(c)) {
        at++;
      } else if (c == '.') {
        at++;
        if (dotSeen || hex || accept("_.")) {
          return false;
        }
        dotSeen = true;
      } else if (!hex && (c == 'e' || c == 'E')) {
        at++;
        if (exponentSeen) {
          return false;
        }
        exponentSeen = true;
        accept("+-");
        if (accept("._eE") || peek() < 0) {
          return false;
        }
      } else if (c == '_') {
        at++;
        if (accept("._eE") || peek() < 0) {
          return false;
        }
      } else {
        break;
      }
    }
    return !Lexer.isAlphaNumeric(peek());
  }

  /// Goes on behind the digits that [#scanNumber] found to be followed by a letter.
  boolean scanRestOfDuration() {
    if (!accept("smhdwy")) {
      return false;
    }
    accept("s");
    while (Lexer.isDigit(peek())) {
      while (Lexer.isDigit(peek())) {
        at++;
      }
      if (!accept("smhdw")) {
        return false;
      }
      accept("s");
    }
    if (Lexer.isAlphaNumeric(peek())) {
      at++;
      return false;
    }
    return true;
  }

  private static boolean isHexDigit(int c) {
    return Lexer.isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
