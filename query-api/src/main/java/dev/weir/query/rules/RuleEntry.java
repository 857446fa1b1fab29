package dev.weir.query.rules;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import dev.weir.schemas.RuleGroupRecord;
import java.time.Duration;
import java.util.List;

/// A record of the topic of rules, read once when it comes and not at each request.
public sealed interface RuleEntry {
  /// Which group the record is about.
  ///
  /// @param file that it stands in
  /// @param group its name
  record Key(Tenant tenant, String file, String group) {
    public Key {
      requireNonNull(tenant, "tenant");
      requireNonNull(file, "file");
      requireNonNull(group, "group");
    }
  }

  Key key();

  /// What a group says.
  record Defined(Key key, RuleGroup group, Hash128 definition) implements RuleEntry {
    public Defined {
      requireNonNull(key, "key");
      requireNonNull(group, "group");
      requireNonNull(definition, "definition");
    }
  }

  /// What its last evaluation came to.
  record Evaluated(Key key, RuleGroupRecord.Status status) implements RuleEntry {
    public Evaluated {
      requireNonNull(key, "key");
      requireNonNull(status, "status");
    }
  }

  /// Whoever published a group has decided what its expressions may use; to show them, everything
  /// is allowed. A group's text names its interval and offset itself.
  RuleFileSettings ANY_EXPRESSION =
      new RuleFileSettings(Duration.ofMinutes(1), Duration.ZERO, ParserOptions.EXPERIMENTAL);

  /// @throws WeirException.BadData if the record's text is not one group, as far as this version of
  ///   Weir can read it
  static RuleEntry of(RuleGroupRecord record) {
    Key key = new Key(record.tenant(), record.file(), record.group());
    return switch (record.body()) {
      case RuleGroupRecord.Definition(String text, Hash128 definition, _) ->
          new Defined(key, group(key, text), definition);
      case RuleGroupRecord.Status status -> new Evaluated(key, status);
    };
  }

  private static RuleGroup group(Key key, String text) {
    List<RuleGroup> groups = RuleFile.parse(key.file(), text, ANY_EXPRESSION).groups();
    if (groups.size() != 1) {
      throw new WeirException.BadData(
          "rule group \"%s\" of %s in tenant %s: its text has %d groups, where it is one"
              .formatted(key.group(), key.file(), key.tenant().name(), groups.size()));
    }
    return groups.getFirst();
  }
}
