package dev.weir.blocks.block;

import dev.weir.model.Matcher;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds the series of a section that pass matchers, by their postings.
///
/// A matcher that the empty value passes takes away the series with values that do not pass; any
/// other keeps those with values that do. So labels that a series does not have are treated as the
/// query language wants it.
final class SeriesSelection {
  private final Section section;
  private final SectionRoot root;

  SeriesSelection(Section section) {
    this.section = section;
    this.root = section.root();
  }

  /// Numbers of the series that pass all matchers.
  int[] select(List<Matcher> matchers) {
    int[] selected = Postings.all(root.indexed());
    for (Matcher matcher : matchers) {
      if (selected.length == 0) {
        return selected;
      }
      selected =
          matcher.matchesEmpty()
              ? Postings.subtract(selected, withValues(matcher, false))
              : Postings.intersect(selected, withValues(matcher, true));
    }
    return selected;
  }

  /// Numbers of the series that pass any of the lists of matchers; all of them if there is no list.
  int[] selectAny(List<List<Matcher>> selectors) {
    if (selectors.isEmpty()) {
      return Postings.all(root.indexed());
    }
    int[] selected = Postings.NONE;
    for (List<Matcher> matchers : selectors) {
      selected = Postings.union(selected, select(matchers));
    }
    return selected;
  }

  /// Series that have the label with a value that passes, or that does not.
  private int[] withValues(Matcher matcher, boolean passing) {
    int name = root.labels().indexOf(matcher.name());
    if (name < 0) {
      return Postings.NONE;
    }
    Optional<Set<String>> literals = matcher.literals();
    boolean negated =
        matcher.type() == Matcher.Type.NOT_EQUAL || matcher.type() == Matcher.Type.NOT_REGEX;
    if (literals.isPresent() && passing != negated) {
      return ofLiterals(name, literals.get());
    }
    return ofTestedValues(name, matcher, passing);
  }

  private int[] ofLiterals(int name, Set<String> values) {
    Union union = new Union();
    for (String value : values) {
      int pair = value.isEmpty() ? -1 : section.findPair(name, value);
      if (pair >= 0) {
        union.add(section.postings(pair));
      }
    }
    return union.series();
  }

  private int[] ofTestedValues(int name, Matcher matcher, boolean passing) {
    Union union = new Union();
    for (int pair = root.labels().firstPair(name); pair < root.labels().endPair(name); pair++) {
      if (matcher.matches(section.pairValue(pair)) == passing) {
        union.add(section.postings(pair));
      }
    }
    return union.series();
  }

  /// The union of many lists in time that grows with their length, not their number.
  private static final class Union {
    private int[] only = Postings.NONE;
    private final BitSet all = new BitSet();
    private int lists;

    private void add(int[] postings) {
      if (lists++ == 0) {
        only = postings;
        return;
      }
      if (lists == 2) {
        addBits(only);
      }
      addBits(postings);
    }

    private void addBits(int[] postings) {
      for (int series : postings) {
        all.set(series);
      }
    }

    private int[] series() {
      return lists < 2 ? only : all.stream().toArray();
    }
  }
}
