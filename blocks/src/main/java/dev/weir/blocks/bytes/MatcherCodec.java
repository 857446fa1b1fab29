package dev.weir.blocks.bytes;

import dev.weir.model.Matcher;
import java.util.ArrayList;
import java.util.List;

/// Matchers as bytes.
///
/// ```
/// Selectors => Count:uvarint Matchers*
/// Matchers  => Count:uvarint (Type:u8 Name:text Value:text)*
/// ```
///
/// *Type* counts `=`, `!=`, `=~`, `!~` from 0.
///
/// Example: `{a!="b"}` is `01 01 01 61 01 62`.
public final class MatcherCodec {
  private MatcherCodec() {}

  public static void write(List<Matcher> matchers, ByteWriter out) {
    out.writeUvarint(matchers.size());
    for (Matcher matcher : matchers) {
      out.writeByte(typeCode(matcher.type()));
      out.writeText(matcher.name()).writeText(matcher.value());
    }
  }

  public static void writeSelectors(List<List<Matcher>> selectors, ByteWriter out) {
    out.writeUvarint(selectors.size());
    selectors.forEach(selector -> write(selector, out));
  }

  private static int typeCode(Matcher.Type type) {
    return switch (type) {
      case EQUAL -> 0;
      case NOT_EQUAL -> 1;
      case REGEX -> 2;
      case NOT_REGEX -> 3;
    };
  }

  /// @throws dev.weir.model.WeirException.BadData if a regular expression is malformed
  public static List<Matcher> read(ByteReader in) {
    int count = in.readCountOfRemaining("number of matchers", 3);
    List<Matcher> matchers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int code = in.readByte();
      Matcher.Type type =
          switch (code) {
            case 0 -> Matcher.Type.EQUAL;
            case 1 -> Matcher.Type.NOT_EQUAL;
            case 2 -> Matcher.Type.REGEX;
            case 3 -> Matcher.Type.NOT_REGEX;
            default -> throw in.corrupt("matcher type %d is not one of 0 to 3".formatted(code));
          };
      matchers.add(Matcher.of(type, in.readText(), in.readText()));
    }
    return matchers;
  }

  /// @throws dev.weir.model.WeirException.BadData if a regular expression is malformed
  public static List<List<Matcher>> readSelectors(ByteReader in) {
    int count = in.readCountOfRemaining("number of selectors", 1);
    List<List<Matcher>> selectors = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      selectors.add(read(in));
    }
    return selectors;
  }
}
