package dev.weir.blocks.store;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name of a deletion in the store.
///
/// ```
/// Deletion => deletions/{tenant}/{created at}-{id}.deletion
/// Asked    => deletions/{tenant}/{created at}-{id}.clean
/// ```
///
/// *Created at* is in milliseconds since the epoch, 20 digits with zeros in front, so that names
/// stand in order of time; *id* has 16 hexadecimal digits, so that no two have one name. An object
/// that ends in `.clean` is empty and says that blocks are to be written without what the deletion
/// hides, without waiting for their compaction.
///
/// Example: `deletions/default/00000001772366400000-9e3779b97f4a7c15.deletion`.
public record DeletionName(Tenant tenant, long createdAtMillis, long id)
    implements Comparable<DeletionName> {
  public static final String PREFIX = "deletions/";

  private static final String SUFFIX = ".deletion";
  private static final String ASKED_SUFFIX = ".clean";
  private static final Pattern PATTERN =
      Pattern.compile("deletions/([^/]+)/(\\d{20})-([0-9a-f]{16})\\.deletion");

  public DeletionName {
    requireNonNull(tenant, "tenant");
    if (createdAtMillis < 0) {
      throw new IllegalArgumentException(
          "a deletion of %d ms after the epoch".formatted(createdAtMillis));
    }
  }

  public String path() {
    return stem() + SUFFIX;
  }

  /// The object that asks for the rewriting of blocks.
  public String askedPath() {
    return stem() + ASKED_SUFFIX;
  }

  private String stem() {
    return "%s%020d-%016x".formatted(prefix(tenant), createdAtMillis, id);
  }

  /// What the names of a tenant's deletions start with.
  public static String prefix(Tenant tenant) {
    return PREFIX + tenant.name() + "/";
  }

  /// What the name says; empty if it is not that of a deletion.
  public static Optional<DeletionName> parse(String path) {
    Matcher matcher = PATTERN.matcher(path);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new DeletionName(
              new Tenant(matcher.group(1)),
              Long.parseLong(matcher.group(2)),
              Long.parseUnsignedLong(matcher.group(3), 16)));
    } catch (IllegalArgumentException | WeirException.BadData e) {
      // Digits that are no number, or a tenant that cannot be: some other file.
      return Optional.empty();
    }
  }

  @Override
  public int compareTo(DeletionName other) {
    return path().compareTo(other.path());
  }

  @Override
  public String toString() {
    return path();
  }
}
