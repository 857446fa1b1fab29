package dev.weir.yaml;

import dev.weir.model.WeirException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// A value in a configuration file, with the line it stands in. Who asks for a type that the value
/// is not of gets nothing, and the file has one more problem: so that reading goes on and finds
/// them all.
public final class ConfigValue {
  private static final Set<String> TRUE = Set.of("true", "yes", "on", "y");
  private static final Set<String> FALSE = Set.of("false", "no", "off", "n");
  private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");

  private final ConfigFile file;
  private final Node node;
  private final String place;

  /// @param place how problems name the part of the file that the value stands in, and its key
  ConfigValue(ConfigFile file, Node node, String place) {
    this.file = file;
    this.node = node;
    this.place = place;
  }

  /// The line in the file, from 1.
  public int line() {
    return line(node);
  }

  static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  /// How problems name this value.
  public String place() {
    return place;
  }

  public ConfigFile file() {
    return file;
  }

  /// Notes that this value makes no sense.
  public void problem(String found, String cure) {
    file.problem(line(), place, found, cure);
  }

  /// Notes that this text makes no sense at one of its characters.
  ///
  /// @param offset in UTF-16 units from the start of [#text]
  public void problemAt(int offset, String found, String cure) {
    file.problem(position(offset), place, found, cure);
  }

  /// Where a character of [#text] stands in the file; where the value starts, if it is no text.
  public TextPosition position(int offset) {
    if (node instanceof ScalarNode scalar) {
      return ScalarText.find(file.text(), scalar, Math.min(offset, scalar.getValue().length()));
    }
    return new TextPosition(line(), 1);
  }

  /// Whether nothing stands there: `key:` and no more, or `null`.
  public boolean isNull() {
    return node instanceof ScalarNode scalar
        && scalar.isPlain()
        && NULL.contains(scalar.getValue());
  }

  /// Text, or anything else that stands in one piece, as it was written.
  public Optional<String> text() {
    return switch (node) {
      case ScalarNode scalar -> isNull() ? Optional.empty() : Optional.of(scalar.getValue());
      case SequenceNode _ -> wrong("a list", "write one value");
      case MappingNode _ -> wrong("a mapping", "write one value");
      default -> wrong("a " + node.getNodeType(), "write one value");
    };
  }

  private <T> Optional<T> wrong(String found, String cure) {
    problem("found " + found, cure);
    return Optional.empty();
  }

  /// Text that a function reads further; what it throws becomes a problem.
  public <T> Optional<T> parsed(Function<String, T> parse) {
    Optional<String> text = text();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse.apply(text.get()));
    } catch (WeirException.BadData e) {
      problem(e.getMessage(), "");
      return Optional.empty();
    }
  }

  /// `true` or `false`, or YAML 1.1's other words for them.
  public Optional<Boolean> bool() {
    return parsed(text -> {
      String word = text.toLowerCase(Locale.ROOT);
      if (TRUE.contains(word)) {
        return true;
      }
      if (FALSE.contains(word)) {
        return false;
      }
      throw new WeirException.BadData("\"%s\" is no boolean; use true or false".formatted(text));
    });
  }

  /// A whole number in a range.
  public Optional<Long> integer(long min, long max) {
    return parsed(text -> {
      try {
        long value = Long.parseLong(text);
        if (value >= min && value <= max) {
          return value;
        }
      } catch (NumberFormatException e) {
        throw new WeirException.BadData(
            "\"%s\" is no whole number; use one, such as 10".formatted(text), e);
      }
      throw new WeirException.BadData(
          "%s is out of range; use %s"
              .formatted(
                  text, max == Long.MAX_VALUE ? min + " or more" : "%d to %d".formatted(min, max)));
    });
  }

  public Optional<Double> number() {
    return parsed(text -> {
      try {
        return Double.valueOf(text);
      } catch (NumberFormatException e) {
        throw new WeirException.BadData(
            "\"%s\" is no number; use one, such as 0.5".formatted(text), e);
      }
    });
  }

  /// A duration as Prometheus writes it.
  public Optional<Duration> duration() {
    return parsed(PrometheusDuration::parse);
  }

  /// A number of bytes as Prometheus writes it.
  public Optional<Long> bytes() {
    return parsed(ByteSize::parse);
  }

  /// The values of a list; nothing where nothing stands.
  public List<ConfigValue> list() {
    if (isNull()) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      problem("found no list", "start each element with \"- \"");
      return List.of();
    }
    List<ConfigValue> values = new ArrayList<>(sequence.getValue().size());
    for (Node element : sequence.getValue()) {
      values.add(new ConfigValue(file, element, place));
    }
    return List.copyOf(values);
  }

  /// The elements of a list of text.
  public List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (ConfigValue value : list()) {
      value.text().ifPresent(texts::add);
    }
    return List.copyOf(texts);
  }

  /// The text under a key, if this is a mapping that has it; without noting any problem.
  public Optional<String> peek(String key) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple entry : mapping.getValue()) {
        if (entry.getKeyNode() instanceof ScalarNode name
            && name.getValue().equals(key)
            && entry.getValueNode() instanceof ScalarNode value) {
          return Optional.of(value.getValue());
        }
      }
    }
    return Optional.empty();
  }

  /// The keys of a mapping; none where nothing stands.
  ///
  /// @param sectionPlace how problems name what is inside
  public ConfigSection section(String sectionPlace) {
    if (isNull()) {
      return new ConfigSection(file, sectionPlace, line(), List.of());
    }
    if (!(node instanceof MappingNode mapping)) {
      problem("found no mapping", "write it as \"key: value\" lines");
      return new ConfigSection(file, sectionPlace, line(), List.of());
    }
    return new ConfigSection(file, sectionPlace, line(), mapping.getValue());
  }
}
