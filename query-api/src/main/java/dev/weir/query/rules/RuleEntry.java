package dev.weir.query.rules;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.Tenant;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.file.RuleFile;
import dev.weir.schemas.RuleGroupRecord;

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

  /// @throws dev.weir.model.WeirException.BadData if the record's text is not one group, as far as
  ///   this version of Weir can read it
  static RuleEntry of(RuleGroupRecord record) {
    Key key = new Key(record.tenant(), record.file(), record.group());
    return switch (record.body()) {
      case RuleGroupRecord.Definition(String text, Hash128 definition, _) ->
          new Defined(key, RuleFile.published(key.file(), key.group(), text), definition);
      case RuleGroupRecord.Status status -> new Evaluated(key, status);
    };
  }
}
