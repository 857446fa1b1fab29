package dev.weir.model.relabel;

import com.google.re2j.Pattern;
import dev.weir.model.WeirException;
import dev.weir.model.WholeMatch;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A relabelling rule as a file gives it; what the file leaves out is empty.
///
/// Defaults: `action: replace`, `separator: ";"`, `regex: (.*)`, `replacement: $1`.
public record RelabelConfig(
    List<String> sourceLabels,
    Optional<String> separator,
    Optional<String> regex,
    Optional<Long> modulus,
    Optional<String> targetLabel,
    Optional<String> replacement,
    Optional<String> action) {
  private static final String DEFAULT_SEPARATOR = ";";
  private static final String DEFAULT_REGEX = "(.*)";
  private static final String DEFAULT_REPLACEMENT = "$1";

  /// A target label that may hold `$1` or `${name}`, checked again when expanded.
  private static final Pattern CLASSIC_TARGET_TEMPLATE =
      Pattern.compile("^(?:(?:[a-zA-Z_]|\\$(?:\\{\\w+\\}|\\w+))+\\w*)+$");

  public RelabelConfig {
    sourceLabels = List.copyOf(sourceLabels);
  }

  /// The rule, or an error that says what makes no sense and what would.
  ///
  /// @throws WeirException.BadData if it makes none
  public RelabelRule rule() {
    String name = action.orElse("replace").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "replace" -> replace(name);
      case "keep" -> new RelabelRule.Keep(source(), pattern());
      case "drop" -> new RelabelRule.Drop(source(), pattern());
      case "keepequal" -> new RelabelRule.KeepEqual(onlySource(name), requiredTarget(name));
      case "dropequal" -> new RelabelRule.DropEqual(onlySource(name), requiredTarget(name));
      case "hashmod" -> new RelabelRule.HashMod(source(), plainTarget(name), modulus.orElse(0L));
      case "labelmap" -> labelMap(name);
      case "labeldrop" -> new RelabelRule.LabelDrop(onlyPattern(name));
      case "labelkeep" -> new RelabelRule.LabelKeep(onlyPattern(name));
      case "lowercase", "uppercase" -> changeCase(name);
      default ->
          throw new WeirException.BadData(
              "unknown relabel action \"%s\"; use replace, keep, drop, keepequal, dropequal, hashmod,"
                      .formatted(name)
                  + " labelmap, labeldrop, labelkeep, lowercase or uppercase");
    };
  }

  private RelabelRule replace(String name) {
    String target = requiredTarget(name);
    if (!isTargetTemplate(target)) {
      throw invalid("target_label", target, name);
    }
    return new RelabelRule.Replace(
        source(), pattern(), target, replacement.orElse(DEFAULT_REPLACEMENT));
  }

  private RelabelRule labelMap(String name) {
    String template = replacement.orElse(DEFAULT_REPLACEMENT);
    if (!isTargetTemplate(template)) {
      throw invalid("replacement", template, name);
    }
    return new RelabelRule.LabelMap(pattern(), template);
  }

  private RelabelRule changeCase(String name) {
    if (replacement.isPresent() && !replacement.get().equals(DEFAULT_REPLACEMENT)) {
      throw new WeirException.BadData("'replacement' can not be set for %s action".formatted(name));
    }
    return new RelabelRule.ChangeCase(source(), plainTarget(name), name.equals("uppercase"));
  }

  private RelabelRule.Source source() {
    return new RelabelRule.Source(sourceLabels, separator.orElse(DEFAULT_SEPARATOR));
  }

  private RelabelRule.Source onlySource(String name) {
    if (differs(regex, DEFAULT_REGEX)
        || modulus.orElse(0L) != 0
        || differs(separator, DEFAULT_SEPARATOR)
        || differs(replacement, DEFAULT_REPLACEMENT)) {
      throw new WeirException.BadData(
          "%s action requires only 'source_labels' and `target_label`, and no other fields"
              .formatted(name));
    }
    return source();
  }

  private Pattern onlyPattern(String name) {
    if (!sourceLabels.isEmpty()
        || targetLabel.isPresent()
        || modulus.orElse(0L) != 0
        || differs(separator, DEFAULT_SEPARATOR)
        || differs(replacement, DEFAULT_REPLACEMENT)) {
      throw new WeirException.BadData(
          "%s action requires only 'regex', and no other fields".formatted(name));
    }
    return pattern();
  }

  private static boolean differs(Optional<String> field, String standard) {
    return field.isPresent() && !field.get().equals(standard);
  }

  private String requiredTarget(String name) {
    String target = targetLabel.orElse("");
    if (target.isEmpty()) {
      throw new WeirException.BadData(
          "relabel configuration for %s action requires 'target_label' value".formatted(name));
    }
    return target;
  }

  private String plainTarget(String name) {
    String target = requiredTarget(name);
    if (target.indexOf('$') >= 0) {
      throw invalid("target_label", target, name);
    }
    return target;
  }

  /// Any UTF-8 name will do as a label; with references in it, it has to look like a name.
  private static boolean isTargetTemplate(String target) {
    return !target.isEmpty()
        && (target.indexOf('$') < 0 || CLASSIC_TARGET_TEMPLATE.matches(target));
  }

  private Pattern pattern() {
    return WholeMatch.compile(regex.orElse(DEFAULT_REGEX));
  }

  private static WeirException invalid(String field, String value, String name) {
    return new WeirException.BadData(
        "\"%s\" is invalid '%s' for %s action".formatted(value, field, name));
  }
}
