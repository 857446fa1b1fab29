package dev.weir.yaml;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// A mapping in a configuration file. Keys are asked for by name; [#refuseOthers] then reports
/// those that nobody asked for.
public final class ConfigSection {
  private final ConfigFile file;
  private final String place;
  private final int line;
  private final Map<String, ConfigValue> values = new LinkedHashMap<>();
  private final Map<String, Integer> keyLines = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();

  ConfigSection(ConfigFile file, String place, int line, List<NodeTuple> entries) {
    this.file = file;
    this.place = place;
    this.line = line;
    List<Node> merged = new ArrayList<>();
    for (NodeTuple entry : entries) {
      add(entry, merged);
    }
    for (Node node : merged) {
      merge(node);
    }
  }

  private void add(NodeTuple entry, List<Node> merged) {
    int keyLine = ConfigValue.line(entry.getKeyNode());
    if (!(entry.getKeyNode() instanceof ScalarNode key)) {
      file.problem(keyLine, place, "a key is no text", "write \"key: value\"");
    } else if (key.isPlain() && key.getValue().equals("<<")) {
      merged.add(entry.getValueNode());
    } else if (keyLines.containsKey(key.getValue())) {
      file.problem(
          keyLine,
          place,
          "key \"%s\" stands already in line %d"
              .formatted(key.getValue(), keyLines.get(key.getValue())),
          "keep one of them");
    } else {
      put(key.getValue(), keyLine, entry.getValueNode());
    }
  }

  private void put(String key, int keyLine, Node value) {
    keyLines.put(key, keyLine);
    values.put(key, new ConfigValue(file, value, place.isEmpty() ? key : place + ": " + key));
  }

  /// YAML's merge key: the entries of an anchored mapping, where this one has none of that name.
  private void merge(Node node) {
    switch (node) {
      case MappingNode mapping -> {
        for (NodeTuple entry : mapping.getValue()) {
          if (entry.getKeyNode() instanceof ScalarNode key
              && !keyLines.containsKey(key.getValue())) {
            put(key.getValue(), ConfigValue.line(key), entry.getValueNode());
          }
        }
      }
      case SequenceNode sequence -> {
        for (Node element : sequence.getValue()) {
          if (element instanceof MappingNode) {
            merge(element);
          }
        }
      }
      default ->
          file.problem(
              ConfigValue.line(node),
              place,
              "\"<<\" merges no mapping",
              "name an anchor with \"*\"");
    }
  }

  public ConfigFile file() {
    return file;
  }

  /// The line in the file where the mapping starts, from 1.
  public int line() {
    return line;
  }

  /// The line of a key, or of the mapping if the key is not there.
  public int line(String key) {
    return keyLines.getOrDefault(key, line);
  }

  /// All keys that are there, in order.
  public Set<String> keys() {
    return Set.copyOf(keyLines.keySet());
  }

  /// Notes that something in this section makes no sense.
  public void problem(int atLine, String found, String cure) {
    file.problem(atLine, place, found, cure);
  }

  /// Notes that the value of a key makes no sense.
  public void problem(String key, String found, String cure) {
    file.problem(line(key), place, found, cure);
  }

  /// What stands under a key, even if nothing does (`key:` and no more).
  public Optional<ConfigValue> value(String key) {
    known.add(key);
    return Optional.ofNullable(values.get(key));
  }

  public Optional<String> text(String key) {
    return value(key).flatMap(ConfigValue::text);
  }

  public Optional<Boolean> bool(String key) {
    return value(key).flatMap(ConfigValue::bool);
  }

  public Optional<Long> integer(String key, long min, long max) {
    return value(key).flatMap(value -> value.integer(min, max));
  }

  public Optional<Duration> duration(String key) {
    return value(key).flatMap(ConfigValue::duration);
  }

  public Optional<Long> bytes(String key) {
    return value(key).flatMap(ConfigValue::bytes);
  }

  public List<ConfigValue> list(String key) {
    return value(key).map(ConfigValue::list).orElse(List.of());
  }

  public List<String> texts(String key) {
    return value(key).map(ConfigValue::texts).orElse(List.of());
  }

  /// The mapping under a key; an empty one if there is none.
  ///
  /// @param sectionPlace how problems name what is inside
  public ConfigSection section(String key, String sectionPlace) {
    return value(key)
        .map(value -> value.section(sectionPlace))
        .orElseGet(() -> new ConfigSection(file, sectionPlace, line, List.of()));
  }

  /// Passes a section to a reader if it is there and not null.
  public void ifSection(String key, String sectionPlace, Consumer<ConfigSection> reader) {
    value(key)
        .filter(value -> !value.isNull())
        .map(value -> value.section(sectionPlace))
        .ifPresent(reader);
  }

  /// Names a key that is known but has no effect, if it is there.
  public void unsupported(String key, String effect) {
    if (value(key).isPresent()) {
      file.warning(line(key), place, key + " is not supported yet", effect);
    }
  }

  /// Reports the keys that nobody asked for.
  public void refuseOthers() {
    for (Map.Entry<String, Integer> key : keyLines.entrySet()) {
      if (!known.contains(key.getKey())) {
        reportUnknown(key.getKey(), key.getValue());
      }
    }
  }

  private void reportUnknown(String key, int keyLine) {
    String found = "key \"%s\" is not known".formatted(key);
    if (file.refusesUnknownKeys()) {
      String cure =
          Spelling.nearest(key, known).map("did you mean \"%s\"?"::formatted).orElse("remove it");
      file.problem(keyLine, place, found, cure);
    } else {
      file.warning(keyLine, place, found, "it has no effect");
    }
  }
}
