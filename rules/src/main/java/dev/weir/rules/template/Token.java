package dev.weir.rules.template;

/// A piece of a template.
///
/// @param text as it was written; for [Kind#ERROR] what is wrong
/// @param offset where it starts, in UTF-16 units
record Token(Kind type, String text, int offset) {
  enum Kind {
    TEXT,
    LEFT_DELIMITER,
    RIGHT_DELIMITER,
    SPACE,
    ASSIGN,
    DECLARE,
    PIPE,
    LEFT_PARENTHESIS,
    RIGHT_PARENTHESIS,
    COMMA,
    OTHER,
    BOOL,
    CHARACTER,
    NUMBER,
    STRING,
    RAW_STRING,
    FIELD,
    VARIABLE,
    IDENTIFIER,
    DOT,
    NIL,
    BLOCK,
    BREAK,
    CONTINUE,
    DEFINE,
    ELSE,
    END,
    IF,
    RANGE,
    TEMPLATE,
    WITH,
    ERROR,
    END_OF_TEXT;

    boolean isKeyword() {
      return (compareTo(BLOCK) >= 0 && compareTo(WITH) <= 0) || this == DOT || this == NIL;
    }
  }

  private static final int SHOWN_CHARACTERS = 10;

  /// As error messages show it.
  String shown() {
    if (type == Kind.END_OF_TEXT) {
      return "EOF";
    }
    if (type == Kind.ERROR) {
      return text;
    }
    if (type.isKeyword()) {
      return "<" + text + ">";
    }
    return text.length() > SHOWN_CHARACTERS
        ? GoText.quote(text.substring(0, SHOWN_CHARACTERS)) + "..."
        : GoText.quote(text);
  }
}
