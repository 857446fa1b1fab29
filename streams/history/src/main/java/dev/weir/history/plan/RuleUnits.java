package dev.weir.history.plan;

import dev.weir.model.WeirException;
import dev.weir.promql.plan.SelectorReach;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/// Finds out which rules depend on each other.
///
/// A rule reads from another if one of its selectors may select what the other records. Rules that
/// are connected by reading, or record series of one metric, make a unit. A unit is evaluated slice
/// by slice if every rule in it reads only what rules before it in its group, or in other groups,
/// record; and step by step otherwise.
public final class RuleUnits {
  private final long lookbackMillis;
  private final List<PlannedRule> rules;
  private final List<RuleOutput> outputs;
  private final List<List<Reading>> readings = new ArrayList<>();
  private final int[] unitOf;
  private final BitSet wanted = new BitSet();

  /// A rule's selector, and the rule that records what it may select.
  private record Reading(int producer, SelectorReach reach) {}

  private RuleUnits(List<RuleGroup> groups, long lookbackMillis) {
    this.lookbackMillis = lookbackMillis;
    this.rules = planned(groups);
    this.outputs = rules.stream().map(rule -> RuleOutput.of(rule.rule())).toList();
    this.unitOf = new int[rules.size()];
    Arrays.setAll(unitOf, i -> i);
  }

  private static List<PlannedRule> planned(List<RuleGroup> groups) {
    List<PlannedRule> rules = new ArrayList<>();
    for (RuleGroup group : groups) {
      for (int place = 0; place < group.rules().size(); place++) {
        rules.add(new PlannedRule(rules.size(), group, place, 0));
      }
    }
    return rules;
  }

  /// The units of all rules, in order of their first rule.
  ///
  /// @param lookbackMillis of queries
  public static List<RuleUnit> of(List<RuleGroup> groups, long lookbackMillis) {
    return new RuleUnits(groups, lookbackMillis).units(_ -> true);
  }

  /// The units of alerting rules and of those that they read from, directly or not. What nobody
  /// reads changes no alert, and would make one unit, step by step, of all whose alerts it counts.
  ///
  /// @param lookbackMillis of queries
  public static List<RuleUnit> ofAlerts(List<RuleGroup> groups, long lookbackMillis) {
    return new RuleUnits(groups, lookbackMillis).units(Rule.Alerting.class::isInstance);
  }

  /// @param result tells the rules that are there for what they come to, not for others to read
  private List<RuleUnit> units(Predicate<Rule> result) {
    for (PlannedRule rule : rules) {
      readings.add(readingsOf(rule));
    }
    for (int rule = 0; rule < rules.size(); rule++) {
      if (result.test(rules.get(rule).rule())) {
        want(rule);
      }
    }
    connect();
    List<RuleUnit> units = new ArrayList<>();
    for (int first = 0; first < rules.size(); first++) {
      if (wanted.get(first) && unitOf[first] == first) {
        units.add(unit(units.size(), members(first)));
      }
    }
    return units;
  }

  /// Wants a rule, and what it reads from.
  private void want(int rule) {
    Deque<Integer> found = new ArrayDeque<>(List.of(rule));
    while (!found.isEmpty()) {
      int next = found.removeFirst();
      if (!wanted.get(next)) {
        wanted.set(next);
        readings.get(next).forEach(reading -> found.add(reading.producer));
      }
    }
  }

  private List<Reading> readingsOf(PlannedRule rule) {
    List<Reading> found = new ArrayList<>();
    for (SelectorReach reach : reaches(rule.rule())) {
      for (int producer = 0; producer < rules.size(); producer++) {
        if (outputs.get(producer).mayMatch(reach.selector().matchers())) {
          found.add(new Reading(producer, reach));
        }
      }
    }
    return found;
  }

  private List<SelectorReach> reaches(Rule rule) {
    try {
      return SelectorReach.in(rule.expr(), lookbackMillis);
    } catch (WeirException.BadData e) {
      // A range without length: every evaluation fails and says so, and nothing is read.
      return List.of();
    }
  }

  /// Joins rules that read from each other, and those that record series of one metric.
  private void connect() {
    for (int rule = wanted.nextSetBit(0); rule >= 0; rule = wanted.nextSetBit(rule + 1)) {
      for (Reading reading : readings.get(rule)) {
        join(rule, reading.producer);
      }
      for (int other = 0; other < rule; other++) {
        if (wanted.get(other)
            && rules.get(rule).rule() instanceof Rule.Recording recording
            && rules.get(other).rule() instanceof Rule.Recording earlier
            && recording.name().equals(earlier.name())) {
          join(rule, other);
        }
      }
    }
  }

  private void join(int a, int b) {
    int first = Math.min(unitOf[a], unitOf[b]);
    int second = Math.max(unitOf[a], unitOf[b]);
    for (int i = 0; i < unitOf.length; i++) {
      if (unitOf[i] == second) {
        unitOf[i] = first;
      }
    }
  }

  private List<Integer> members(int first) {
    List<Integer> members = new ArrayList<>();
    for (int i = 0; i < unitOf.length; i++) {
      if (unitOf[i] == first) {
        members.add(i);
      }
    }
    return members;
  }

  private RuleUnit unit(int number, List<Integer> members) {
    List<Integer> order = sorted(members);
    long clocks = clocksMillis(members, order);
    long[] leads = leads(order);
    if (order.isEmpty() || members.stream().anyMatch(this::needsSteps)) {
      // What reads itself looks back as far as it goes: by once.
      long once = members.stream().mapToLong(this::reachMillis).max().orElse(0);
      long lead = Math.max(once, Arrays.stream(leads).max().orElse(0));
      return new RuleUnit(
          number,
          members.stream().map(rule -> rules.get(rule).withLead(lead)).toList(),
          true,
          clocks);
    }
    return new RuleUnit(
        number,
        order.stream().map(rule -> rules.get(rule).withLead(leads[rule])).toList(),
        false,
        clocks);
  }

  /// How long the clocks of alerts run that follow each other: an alert that reads another begins
  /// when that one's clock has run out. All of them where rules go in a circle.
  private long clocksMillis(List<Integer> members, List<Integer> order) {
    if (order.isEmpty()) {
      return members.stream().mapToLong(rule -> rules.get(rule).clockMillis()).sum();
    }
    long[] until = new long[rules.size()];
    long longest = 0;
    for (int rule : order) {
      for (int producer : producers(rule)) {
        until[rule] = Math.max(until[rule], until[producer]);
      }
      until[rule] += rules.get(rule).clockMillis();
      longest = Math.max(longest, until[rule]);
    }
    return longest;
  }

  /// Whether what the rule reads is known only when all that comes before has been evaluated.
  private boolean needsSteps(int rule) {
    for (Reading reading : readings.get(rule)) {
      PlannedRule consumer = rules.get(rule);
      PlannedRule producer = rules.get(reading.producer);
      boolean later =
          consumer.group().equals(producer.group()) && producer.place() >= consumer.place();
      // What it records at an evaluation stands before it by its query offset: what stands at a
      // time may not be there yet at that time.
      long latestMillis = reading.reach.toMillis() + consumer.group().queryOffsetMillis();
      boolean elsewhen =
          reading.reach.fixed()
              || reading.reach.toMillis() < 0
              || latestMillis < producer.group().queryOffsetMillis();
      if (later || elsewhen || producer.rule() instanceof Rule.Alerting) {
        return true;
      }
    }
    return false;
  }

  private long reachMillis(int rule) {
    return readings.get(rule).stream()
        .mapToLong(reading -> reading.reach.fromMillis())
        .max()
        .orElse(0);
  }

  /// The rules with each behind the others that it reads from; empty if they go in a circle.
  private List<Integer> sorted(List<Integer> members) {
    int[] waitsFor = new int[rules.size()];
    for (int member : members) {
      waitsFor[member] = producers(member).size();
    }
    Deque<Integer> ready = new ArrayDeque<>();
    members.stream().filter(member -> waitsFor[member] == 0).forEach(ready::add);
    List<Integer> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      int next = ready.removeFirst();
      order.add(next);
      for (int member : members) {
        if (producers(member).contains(next) && --waitsFor[member] == 0) {
          ready.add(member);
        }
      }
    }
    return order.size() == members.size() ? order : List.of();
  }

  /// The other rules that a rule reads from.
  private List<Integer> producers(int rule) {
    return readings.get(rule).stream()
        .map(Reading::producer)
        .filter(producer -> producer != rule)
        .distinct()
        .toList();
  }

  /// How long before a slice each rule has to begin: as far as those that read from it look back,
  /// and an interval more, because their times may lie anywhere between its own. Recording rules
  /// are evaluated once more before that, to know which series end first.
  private long[] leads(List<Integer> order) {
    long[] leads = new long[rules.size()];
    for (int rule : order.reversed()) {
      RuleGroup consumer = rules.get(rule).group();
      long onceMoreMillis =
          rules.get(rule).rule() instanceof Rule.Recording ? consumer.intervalMillis() : 0;
      for (Reading reading : readings.get(rule)) {
        if (reading.producer == rule) {
          continue;
        }
        RuleGroup producer = rules.get(reading.producer).group();
        long needed =
            leads[rule]
                + onceMoreMillis
                + reading.reach.fromMillis()
                + Math.max(0, consumer.queryOffsetMillis() - producer.queryOffsetMillis())
                + producer.intervalMillis();
        leads[reading.producer] = Math.max(leads[reading.producer], needed);
      }
    }
    return leads;
  }
}
