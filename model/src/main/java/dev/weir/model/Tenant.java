package dev.weir.model;

import static java.util.Objects.requireNonNull;

/// The owner of series: never implied, always passed. A name has 1 to 150 characters out of
/// letters, digits and `!-_.*'()`, and is neither `.` nor `..` (names become object-store paths),
/// as in Cortex and Mimir.
public record Tenant(String name) implements Comparable<Tenant> {
  /// Who owns what comes without an `X-Scope-OrgID`.
  public static final Tenant DEFAULT = new Tenant("default");

  private static final int MAX_LENGTH = 150;
  private static final String PUNCTUATION = "!-_.*'()";

  public Tenant {
    requireNonNull(name, "name");
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      throw new WeirException.BadData(
          "tenant \"%s\": a tenant's name has 1 to %d characters, this one has %d"
              .formatted(name, MAX_LENGTH, name.length()));
    }
    for (int i = 0; i < name.length(); i++) {
      if (!isAllowed(name.charAt(i))) {
        throw new WeirException.BadData(
            "tenant \"%s\": character '%s' is not allowed; use letters, digits and %s"
                .formatted(name, name.charAt(i), PUNCTUATION));
      }
    }
    if (name.equals(".") || name.equals("..")) {
      throw new WeirException.BadData(
          "tenant \"%s\": names a directory; use another name".formatted(name));
    }
  }

  private static boolean isAllowed(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || PUNCTUATION.indexOf(c) >= 0;
  }

  @Override
  public int compareTo(Tenant other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
