package dev.weir.model;

import java.util.ArrayDeque;
import java.util.Deque;

/// Measures what a regular expression becomes when it is compiled, from its text and without
/// building anything. Knows as much of the syntax as that takes: escapes, classes, groups and
/// repetitions. What is no valid syntax is for the compiler to say.
final class RegexSize {
  /// The parts between two parentheses.
  private static final class Group {
    /// Of all parts that are finished.
    private long size;

    private long copies = 1;

    /// The last part, which a repetition would repeat.
    private long lastSize;

    private long lastCopies = 1;

    private final boolean capturing;

    /// The instructions of the branch at hand that take no character: groups, repetitions, anchors.
    /// Matching goes through them by recursion, one branch of an alternation at a time.
    private long hops;

    private long mostHops;
    private long branches;

    private long lastHops;

    void part(long partSize, long partCopies, long partHops) {
      finishLast();
      lastSize = partSize;
      lastCopies = partCopies;
      lastHops = partHops;
    }

    Group(boolean capturing) {
      this.capturing = capturing;
    }

    void branch() {
      finishLast();
      size++;
      branches++;
      mostHops = Math.max(mostHops, hops);
      hops = 0;
    }

    /// Of the group with its parentheses, when its last part is finished.
    long allHops() {
      return Math.max(mostHops, hops) + branches + (capturing ? 2 : 0);
    }

    void finishLast() {
      size = Math.addExact(size, lastSize);
      hops = Math.addExact(hops, lastHops);
      copies = Math.max(copies, lastCopies);
      lastSize = 0;
      lastCopies = 1;
      lastHops = 0;
    }
  }

  private final String regex;
  private final Deque<Group> open = new ArrayDeque<>();
  private Group group = new Group(false);
  private int at;

  RegexSize(String regex) {
    this.regex = regex;
  }

  void check() {
    while (at < regex.length()) {
      step(regex.charAt(at));
    }
    while (!open.isEmpty()) {
      close();
    }
    group.finishLast();
    checkSize(group.size);
    checkHops(group.allHops());
  }

  private void step(char c) {
    switch (c) {
      case '\\' -> escape();
      case '[' -> characterClass();
      case '(' -> open();
      case '|' -> {
        group.branch();
        at++;
      }
      case '^', '$' -> {
        group.part(1, 1, 1);
        at++;
      }
      case ')' -> {
        if (!open.isEmpty()) {
          close();
        }
        at++;
      }
      case '*', '+', '?' -> {
        group.lastSize++;
        group.lastHops++;
        at++;
      }
      case '{' -> repetition();
      default -> {
        group.part(1, 1, 0);
        at++;
      }
    }
  }

  private void open() {
    boolean capturing = true;
    at++;
    if (regex.startsWith("?", at) && !regex.startsWith("?P<", at) && !regex.startsWith("?<", at)) {
      // Flags, which hold for what follows, or for a group without a number.
      int end = at;
      while (end < regex.length() && ":)".indexOf(regex.charAt(end)) < 0) {
        end++;
      }
      at = Math.min(end + 1, regex.length());
      if (end < regex.length() && regex.charAt(end) == ')') {
        return;
      }
      capturing = false;
    } else if (regex.startsWith("?", at)) {
      int end = regex.indexOf('>', at);
      at = end < 0 ? regex.length() : end + 1;
    }
    open.push(group);
    if (open.size() > WholeMatch.MAX_DEPTH) {
      throw new WeirException.BadData(
          "error parsing regexp: expression nests too deeply: `%s`".formatted(excerpt()));
    }
    group = new Group(capturing);
  }

  private void close() {
    group.finishLast();
    Group inner = group;
    group = open.pop();
    // The parentheses themselves are two instructions.
    group.part(inner.size + 2, inner.copies, inner.allHops());
  }

  private void escape() {
    char kind = at + 1 < regex.length() ? regex.charAt(at + 1) : ' ';
    if (kind == 'Q') {
      int end = regex.indexOf("\\E", at);
      int stop = end < 0 ? regex.length() : end;
      for (int i = at + 2; i < stop; i++) {
        group.part(1, 1, 0);
      }
      at = end < 0 ? stop : end + 2;
      return;
    }
    at = Math.min(at + 2, regex.length());
    if ((kind == 'x' || kind == 'p' || kind == 'P')
        && at < regex.length()
        && regex.charAt(at) == '{') {
      int end = regex.indexOf('}', at);
      at = end < 0 ? regex.length() : end + 1;
    }
    group.part(1, 1, "bBAz".indexOf(kind) >= 0 ? 1 : 0);
  }

  private void characterClass() {
    int i = at + 1;
    if (i < regex.length() && regex.charAt(i) == '^') {
      i++;
    }
    // A bracket that comes first stands for itself.
    boolean first = true;
    while (i < regex.length() && (first || regex.charAt(i) != ']')) {
      if (regex.charAt(i) == '\\') {
        i++;
      } else if (regex.startsWith("[:", i)) {
        int end = regex.indexOf(":]", i);
        i = end < 0 ? i : end + 1;
      }
      i++;
      first = false;
    }
    at = Math.min(i + 1, regex.length());
    group.part(1, 1, 0);
  }

  private void repetition() {
    int end = regex.indexOf('}', at);
    int times = end < 0 ? -1 : times(regex.substring(at + 1, end));
    if (times < 0) {
      group.part(1, 1, 0);
      at++;
      return;
    }
    String text = regex.substring(at, end + 1);
    group.lastCopies *= Math.max(times, 1);
    if (times > WholeMatch.MAX_REPEAT || group.lastCopies > WholeMatch.MAX_REPEAT) {
      throw new WeirException.BadData(
          "error parsing regexp: invalid repeat count: `%s`".formatted(text));
    }
    // Each optional copy takes an instruction of its own.
    group.lastSize = (group.lastSize + 1) * Math.max(times, 1);
    group.lastHops = group.lastHops * Math.max(times, 1) + optional(text, times);
    checkSize(group.lastSize);
    checkHops(group.lastHops);
    at = end + 1;
  }

  /// Copies that may be left out, each behind an instruction; for `{2,}`, the loop.
  private static int optional(String text, int times) {
    int comma = text.indexOf(',');
    if (comma < 0) {
      return 0;
    }
    return text.charAt(comma + 1) == '}' ? 1 : times - number(text.substring(1, comma));
  }

  /// The larger number of `2`, `2,` or `2,5`; -1 if it is none of them.
  private static int times(String text) {
    int comma = text.indexOf(',');
    String low = comma < 0 ? text : text.substring(0, comma);
    String high = comma < 0 || comma == text.length() - 1 ? low : text.substring(comma + 1);
    if (!isNumber(low) || !isNumber(high)) {
      return -1;
    }
    return Math.max(number(low), number(high));
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static int number(String digits) {
    return digits.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(digits);
  }

  private void checkHops(long hops) {
    if (hops > WholeMatch.MAX_HOPS) {
      throw tooLarge();
    }
  }

  private void checkSize(long size) {
    if (size > WholeMatch.MAX_SIZE) {
      throw tooLarge();
    }
  }

  private WeirException.BadData tooLarge() {
    return new WeirException.BadData(
        "error parsing regexp: expression too large: `%s`".formatted(excerpt()));
  }

  private String excerpt() {
    return regex.length() <= 100 ? regex : regex.substring(0, 100) + "…";
  }
}
