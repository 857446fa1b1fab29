package dev.weir.blocks.store;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A tenant that had something in the links that another tenant's merged block stands for, as it
/// stands among the block's sources.
///
/// ```
/// Companion => beside/{tenant}/{topic}/{partition}/{first offset}-{end offset}
/// ```
///
/// A partition has 5 digits, an offset 20. It is no object in the store: it says that the tenant
/// has to have these records, in links or in merged blocks of its own.
///
/// Example: `beside/team-a/weir.samples/00003/00000000000000000000-00000000000000000043`.
public record Companion(Tenant tenant, OffsetRange range) {
  public static final String PREFIX = "beside/";

  private static final Pattern PATTERN =
      Pattern.compile("beside/([^/]+)/([a-zA-Z0-9._-]+)/(\\d{5,9})/(\\d{20})-(\\d{20})");

  public Companion {
    requireNonNull(tenant, "tenant");
    requireNonNull(range, "range");
  }

  public String text() {
    return "%s%s/%s/%05d/%020d-%020d"
        .formatted(
            PREFIX,
            tenant.name(),
            range.topic(),
            range.partition(),
            range.firstOffset(),
            range.endOffset());
  }

  /// What a source says; empty if it says something else.
  public static Optional<Companion> parse(String source) {
    if (!source.startsWith(PREFIX)) {
      return Optional.empty();
    }
    Matcher matcher = PATTERN.matcher(source);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Companion(
              new Tenant(matcher.group(1)),
              new OffsetRange(
                  matcher.group(2),
                  Integer.parseInt(matcher.group(3)),
                  Long.parseLong(matcher.group(4)),
                  Long.parseLong(matcher.group(5)))));
    } catch (IllegalArgumentException | WeirException.BadData | WeirException.Corrupt e) {
      // Digits that are no range, or a tenant that cannot be: written by somebody else.
      return Optional.empty();
    }
  }
}
