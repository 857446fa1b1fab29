package dev.weir.streams.definition;

import dev.weir.rules.RuleGroup;
import java.util.List;
import java.util.regex.Pattern;

/// Which groups are shadow groups: evaluated on live data, visible, and telling nobody. Those with
/// the label `shadow: "true"`, and those that `weir.yml` names.
///
/// @param patterns of names of groups; `*` stands for any text, `?` for a character
record ShadowGroups(List<Pattern> patterns) {
  private static final String LABEL = "shadow";
  private static final String YES = "true";

  ShadowGroups {
    patterns = List.copyOf(patterns);
  }

  static ShadowGroups of(List<String> globs) {
    return new ShadowGroups(globs.stream().map(ShadowGroups::pattern).toList());
  }

  private static Pattern pattern(String glob) {
    String quoted = Pattern.quote(glob).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
    return Pattern.compile(quoted, Pattern.DOTALL);
  }

  /// The group, as a shadow group if it is one.
  RuleGroup marked(RuleGroup group) {
    boolean shadow =
        YES.equals(group.labels().get(LABEL))
            || patterns.stream().anyMatch(pattern -> pattern.matcher(group.name()).matches());
    return shadow ? group.asShadow() : group;
  }
}
