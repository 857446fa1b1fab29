package dev.weir.standalone;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.model.DurationText;
import dev.weir.promql.plan.Leaf;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.file.RuleFile;
import dev.weir.standalone.client.SeriesCounts;
import dev.weir.streams.definition.GroupPlanner;
import dev.weir.streams.definition.RulePlan;
import dev.weir.streams.definition.RulePlan.PlannedLeaf;
import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalLong;

/// Prints how the rules of files are evaluated: what each partition does and ships, how far it
/// looks back, and what is left to do.
final class RuleExplanation {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final GroupPlanner planner;
  private final SeriesCounts counts;

  /// @param counts of a server; those that are not known are left out
  RuleExplanation(GroupPlanner planner, SeriesCounts counts) {
    this.planner = planner;
    this.counts = counts;
  }

  void printText(List<RuleFile> files, PrintWriter out) {
    for (RuleFile file : files) {
      for (RuleGroup group : file.groups()) {
        out.println(
            "%s: group \"%s\", every %s"
                .formatted(file.name(), group.name(), DurationText.format(group.intervalMillis())));
        planner.explain(group).forEach(rule -> print(rule, out));
      }
    }
    out.flush();
  }

  private void print(RulePlan rule, PrintWriter out) {
    out.println("  " + rule.rule() + ": " + rule.expression());
    out.println("    window: " + DurationText.format(rule.windowMillis()));
    rule.byQuery()
        .ifPresent(why -> {
          out.println("    evaluated by query: " + why);
          out.println("    cost: a query over all that it selects, at each evaluation");
        });
    for (int i = 0; i < rule.leaves().size(); i++) {
      PlannedLeaf leaf = rule.leaves().get(i);
      out.println("    leaf %d: %s".formatted(i + 1, leaf.expression()));
      out.println("      reads: " + reads(leaf));
      out.println("      ships: " + ships(leaf));
    }
    if (rule.byQuery().isEmpty()) {
      out.println("    merge: " + rule.merge().orElse("brings the partitions' results together"));
    }
  }

  private String reads(PlannedLeaf leaf) {
    long selected = 0;
    boolean known = true;
    for (String selector : leaf.selectors()) {
      OptionalLong count = counts.of(selector);
      known &= count.isPresent();
      selected += count.orElse(0);
    }
    String selectors = String.join(", ", leaf.selectors());
    return known ? selectors + " (%,d series)".formatted(selected) : selectors;
  }

  private String ships(PlannedLeaf leaf) {
    String what =
        switch (leaf.kind()) {
          case SERIES -> "an instant vector, one for each series that it reads";
          case PARTITION -> "its result alone; what matches never leaves its partition";
          case CANDIDATES -> "what each partition chose";
          case STATES ->
              "what each partition has taken in, %d series a group".formatted(leaf.columns());
        };
    OptionalLong results = counts.of(leaf.expression());
    return results.isEmpty() ? what : what + "; " + travels(leaf, results.getAsLong());
  }

  private static String travels(PlannedLeaf leaf, long results) {
    boolean once = leaf.kind() == Leaf.Kind.SERIES || leaf.kind() == Leaf.Kind.PARTITION;
    return once
        ? "%,d at each evaluation".formatted(results)
        : "at most %,d from each partition at each evaluation".formatted(results * leaf.columns());
  }

  void printJson(List<RuleFile> files, PrintWriter out) {
    ArrayNode groups = JSON.createArrayNode();
    for (RuleFile file : files) {
      for (RuleGroup group : file.groups()) {
        ObjectNode one = groups.addObject();
        one.put("file", file.name());
        one.put("group", group.name());
        one.put("interval", DurationText.format(group.intervalMillis()));
        ArrayNode rules = one.putArray("rules");
        planner.explain(group).forEach(rule -> write(rule, rules.addObject()));
      }
    }
    out.println(groups.toPrettyString());
    out.flush();
  }

  private void write(RulePlan rule, ObjectNode json) {
    json.put("rule", rule.rule());
    json.put("expr", rule.expression());
    json.put("window", DurationText.format(rule.windowMillis()));
    rule.byQuery().ifPresent(why -> json.put("byQuery", why));
    ArrayNode leaves = json.putArray("leaves");
    for (PlannedLeaf leaf : rule.leaves()) {
      ObjectNode one = leaves.addObject();
      one.put("expr", leaf.expression());
      one.put("ships", name(leaf.kind()));
      one.put("columns", leaf.columns());
      ArrayNode selectors = one.putArray("reads");
      for (String selector : leaf.selectors()) {
        ObjectNode read = selectors.addObject();
        read.put("selector", selector);
        counts.of(selector).ifPresent(count -> read.put("series", count));
      }
      counts.of(leaf.expression()).ifPresent(count -> one.put("results", count));
    }
    rule.merge().ifPresent(merge -> json.put("merge", merge));
  }

  private static String name(Leaf.Kind kind) {
    return switch (kind) {
      case SERIES -> "vector";
      case PARTITION -> "partition";
      case CANDIDATES -> "candidates";
      case STATES -> "states";
    };
  }
}
