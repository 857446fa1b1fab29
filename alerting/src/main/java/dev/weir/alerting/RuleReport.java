package dev.weir.alerting;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.rules.file.RuleFile;
import dev.weir.schemas.RuleGroupRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;

/// What a record of the topic of rules says of whether a group is evaluated. What it was evaluated
/// to is not kept.
sealed interface RuleReport {
  /// Which group the record is about.
  ///
  /// @param file that it stands in
  /// @param name of the group
  record Group(Tenant tenant, String file, String name) implements Comparable<Group> {
    private static final Comparator<Group> ORDER =
        Comparator.comparing(Group::tenant)
            .thenComparing(Group::file, Labels::compareText)
            .thenComparing(Group::name, Labels::compareText);

    public Group {
      requireNonNull(tenant, "tenant");
      requireNonNull(file, "file");
      requireNonNull(name, "name");
    }

    @Override
    public int compareTo(Group other) {
      return ORDER.compare(this, other);
    }
  }

  Group group();

  /// A group is defined.
  ///
  /// @param within how old its last report may be
  /// @param first time that it is evaluated at under this definition
  record Defined(Group group, Duration within, Instant first) implements RuleReport {
    public Defined {
      requireNonNull(group, "group");
      requireNonNull(within, "within");
      requireNonNull(first, "first");
    }
  }

  /// A group was evaluated.
  ///
  /// @param at when the evaluation was done, by the wall clock
  record Evaluated(Group group, Instant at) implements RuleReport {
    public Evaluated {
      requireNonNull(group, "group");
      requireNonNull(at, "at");
    }
  }

  /// @throws dev.weir.model.WeirException.BadData if the record's text is not one group, as far as
  ///   this version of Weir can read it
  static RuleReport of(RuleGroupRecord record) {
    Group group = new Group(record.tenant(), record.file(), record.group());
    return switch (record.body()) {
      case RuleGroupRecord.Definition(String text, _, long firstMillis) ->
          new Defined(
              group,
              RuleFile.published(group.file(), group.name(), text).reportedWithin(),
              Instant.ofEpochMilli(firstMillis));
      case RuleGroupRecord.Status status -> new Evaluated(group, status.finishedAt());
    };
  }
}
