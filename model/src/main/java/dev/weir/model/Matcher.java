package dev.weir.model;

import static java.util.Objects.requireNonNull;

import com.google.re2j.Pattern;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A test on one label. A label that is not there has the empty value. Regular expressions are
/// RE2's (linear time) and must match the whole value.
public final class Matcher {
  /// How a matcher compares.
  public enum Type {
    EQUAL("="),
    NOT_EQUAL("!="),
    REGEX("=~"),
    NOT_REGEX("!~");

    private final String text;

    Type(String text) {
      this.text = text;
    }

    /// The operator as written in a query.
    public String text() {
      return text;
    }
  }

  private final Type type;
  private final String name;
  private final String value;
  private final @Nullable Pattern pattern;
  private final Optional<Set<String>> literals;

  private Matcher(Type type, String name, String value, Set<String> literals) {
    this.type = type;
    this.name = requireNonNull(name, "name");
    this.value = value;
    this.pattern = null;
    this.literals = Optional.of(Set.copyOf(literals));
  }

  private Matcher(Type type, String name, String value) {
    this.type = requireNonNull(type, "type");
    this.name = requireNonNull(name, "name");
    this.value = requireNonNull(value, "value");
    boolean regex = type == Type.REGEX || type == Type.NOT_REGEX;
    this.literals = regex ? RegexLiterals.of(value) : Optional.of(Set.of(value));
    this.pattern = literals.isEmpty() ? WholeMatch.compile(value) : null;
  }

  /// @throws WeirException.BadData if the value is no regular expression and has to be one
  public static Matcher of(Type type, String name, String value) {
    return new Matcher(type, name, value);
  }

  public static Matcher equal(String name, String value) {
    return new Matcher(Type.EQUAL, name, value);
  }

  public static Matcher notEqual(String name, String value) {
    return new Matcher(Type.NOT_EQUAL, name, value);
  }

  public static Matcher regex(String name, String pattern) {
    return new Matcher(Type.REGEX, name, pattern);
  }

  /// A test on any of these values: a regular expression for whoever reads it, but nobody has to
  /// match against it.
  public static Matcher oneOf(String name, Collection<String> values) {
    String regex = values.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    return new Matcher(Type.REGEX, name, regex, Set.copyOf(values));
  }

  public static Matcher notRegex(String name, String pattern) {
    return new Matcher(Type.NOT_REGEX, name, pattern);
  }

  public Type type() {
    return type;
  }

  public String name() {
    return name;
  }

  public String value() {
    return value;
  }

  public boolean matches(String labelValue) {
    return switch (type) {
      case EQUAL -> labelValue.equals(value);
      case NOT_EQUAL -> !labelValue.equals(value);
      case REGEX -> matchesPattern(labelValue);
      case NOT_REGEX -> !matchesPattern(labelValue);
    };
  }

  private boolean matchesPattern(String labelValue) {
    return literals.isPresent()
        ? literals.get().contains(labelValue)
        : requireNonNull(pattern).matches(labelValue);
  }

  /// Whether a series without the label passes.
  public boolean matchesEmpty() {
    return matches("");
  }

  /// The values that the matcher names, where it names them one by one (`=`, `!=`, and alternations
  /// of plain text like `=~"a|b"`): an index looks them up instead of testing every value.
  public Optional<Set<String>> literals() {
    return literals;
  }

  /// Whether labels satisfy all of some matchers; a label that is absent is the empty text.
  public static boolean allMatch(List<Matcher> matchers, Labels labels) {
    for (Matcher matcher : matchers) {
      if (!matcher.matches(labels.get(matcher.name()))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Matcher matcher
        && type == matcher.type
        && name.equals(matcher.name)
        && value.equals(matcher.value);
  }

  @Override
  public int hashCode() {
    return (type.hashCode() * 31 + name.hashCode()) * 31 + value.hashCode();
  }

  /// As written in a selector: `job=~"node|api"`.
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    LabelText.appendName(out, name);
    out.append(type.text());
    LabelText.appendQuoted(out, value);
    return out.toString();
  }
}
