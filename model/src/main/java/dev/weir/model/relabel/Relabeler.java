package dev.weir.model.relabel;

import com.google.re2j.Pattern;
import dev.weir.model.Labels;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Applies relabelling rules, one after another. Safe for use by many threads.
public final class Relabeler {
  public static final Relabeler NONE = new Relabeler(List.of());

  private final List<RelabelRule> rules;

  public Relabeler(List<RelabelRule> rules) {
    this.rules = List.copyOf(rules);
  }

  public static Relabeler of(List<RelabelConfig> configs) {
    return configs.isEmpty()
        ? NONE
        : new Relabeler(configs.stream().map(RelabelConfig::rule).toList());
  }

  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /// The labels after all rules, or empty if a rule dropped them.
  public Optional<Labels> apply(Labels labels) {
    if (rules.isEmpty()) {
      return Optional.of(labels);
    }
    Labels current = labels;
    for (RelabelRule rule : rules) {
      Optional<Labels> next = apply(rule, current);
      if (next.isEmpty()) {
        return next;
      }
      current = next.get();
    }
    return Optional.of(current);
  }

  private static Optional<Labels> apply(RelabelRule rule, Labels labels) {
    return switch (rule) {
      case RelabelRule.Keep(var source, var regex) ->
          keepIf(regex.matches(join(source, labels)), labels);
      case RelabelRule.Drop(var source, var regex) ->
          keepIf(!regex.matches(join(source, labels)), labels);
      case RelabelRule.KeepEqual(var source, var target) ->
          keepIf(labels.get(target).equals(join(source, labels)), labels);
      case RelabelRule.DropEqual(var source, var target) ->
          keepIf(!labels.get(target).equals(join(source, labels)), labels);
      case RelabelRule.Replace replace -> Optional.of(replace(replace, labels));
      case RelabelRule.HashMod(var source, var target, var modulus) ->
          Optional.of(labels.with(target, hashMod(join(source, labels), modulus)));
      case RelabelRule.LabelMap map -> Optional.of(map(map, labels));
      case RelabelRule.LabelDrop(var regex) ->
          Optional.of(labels.keep(name -> !regex.matches(name)));
      case RelabelRule.LabelKeep(var regex) -> Optional.of(labels.keep(regex::matches));
      case RelabelRule.ChangeCase(var source, var target, var upper) -> {
        String value = join(source, labels);
        yield Optional.of(
            labels.with(
                target, upper ? value.toUpperCase(Locale.ROOT) : value.toLowerCase(Locale.ROOT)));
      }
    };
  }

  private static Optional<Labels> keepIf(boolean keep, Labels labels) {
    return keep ? Optional.of(labels) : Optional.empty();
  }

  private static String join(RelabelRule.Source source, Labels labels) {
    List<String> names = source.labels();
    if (names.size() == 1) {
      return labels.get(names.getFirst());
    }
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      if (i > 0) {
        joined.append(source.separator());
      }
      joined.append(labels.get(names.get(i)));
    }
    return joined.toString();
  }

  private static Labels replace(RelabelRule.Replace rule, Labels labels) {
    com.google.re2j.Matcher match = rule.regex().matcher(join(rule.source(), labels));
    if (!match.matches()) {
      return labels;
    }
    String target = ReplacementTemplate.expand(rule.targetLabel(), match, rule.regex());
    if (target.isEmpty()) {
      return labels;
    }
    return labels.with(target, ReplacementTemplate.expand(rule.replacement(), match, rule.regex()));
  }

  private static Labels map(RelabelRule.LabelMap rule, Labels labels) {
    Pattern regex = rule.regex();
    Labels.Builder mapped = labels.toBuilder();
    labels.forEach((name, value) -> {
      com.google.re2j.Matcher match = regex.matcher(name);
      if (match.matches()) {
        String target = ReplacementTemplate.expand(rule.replacement(), match, regex);
        if (!target.isEmpty()) {
          mapped.set(target, value);
        }
      }
    });
    return mapped.build();
  }

  private static String hashMod(String value, long modulus) {
    byte[] md5;
    try {
      md5 = MessageDigest.getInstance("MD5").digest(value.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
    return new BigInteger(1, Arrays.copyOfRange(md5, 8, 16))
        .mod(new BigInteger(Long.toUnsignedString(modulus)))
        .toString();
  }
}
