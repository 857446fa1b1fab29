package dev.weir.service.config;

import dev.weir.model.Tenant;
import dev.weir.service.http.ListenAddress;
import dev.weir.yaml.ByteSize;
import dev.weir.yaml.ConfigSection;
import dev.weir.yaml.ConfigValue;
import dev.weir.yaml.PrometheusDuration;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What a setting of `weir.yml` holds: how it is read, and how the reference page writes it.
///
/// @param name as in the reference page
public record SettingType<T>(
    String name, Function<ConfigValue, Optional<T>> read, Function<T, String> write) {
  public static final SettingType<Boolean> BOOLEAN =
      new SettingType<>("boolean", ConfigValue::bool, String::valueOf);

  public static final SettingType<String> TEXT =
      new SettingType<>("text", ConfigValue::text, text -> text.isEmpty() ? "empty" : text);

  public static final SettingType<Duration> DURATION =
      new SettingType<>("duration", ConfigValue::duration, PrometheusDuration::format);

  public static final SettingType<Long> SIZE =
      new SettingType<>("size", ConfigValue::bytes, ByteSize::format);

  public static final SettingType<List<String>> TEXTS =
      new SettingType<>(
          "list of text", value -> Optional.of(value.texts()), texts -> String.join(", ", texts));

  public static final SettingType<Map<String, String>> PROPERTIES =
      new SettingType<>("mapping of text", SettingType::properties, SettingType::writeProperties);

  public static final SettingType<URI> URL =
      new SettingType<>("URL", HttpClientConfigReader::url, URI::toString);

  /// A file; a relative path starts at the directory of the configuration file.
  public static final SettingType<Path> FILE =
      new SettingType<>("file", value -> value.text().map(value.file()::resolve), Path::toString);

  /// A file that is there and can be read.
  public static final SettingType<Path> READABLE_FILE =
      new SettingType<>("file", NamedPaths::readable, Path::toString);

  /// A directory that is there, or can be made.
  public static final SettingType<Path> DIRECTORY =
      new SettingType<>("file", NamedPaths::directory, Path::toString);

  public static final SettingType<ListenAddress> LISTEN_ADDRESS =
      new SettingType<>(
          "host:port", value -> value.parsed(ListenAddress::parse), ListenAddress::toString);

  public static final SettingType<Tenant> TENANT =
      new SettingType<>("text", value -> value.parsed(Tenant::new), Tenant::name);

  /// Whole numbers from `min` to `max`.
  public static SettingType<Integer> integer(int min, int max) {
    return new SettingType<>(
        "integer", value -> value.integer(min, max).map(Long::intValue), String::valueOf);
  }

  /// Whole numbers from `min` on.
  public static SettingType<Long> count(long min) {
    return new SettingType<>(
        "integer", value -> value.integer(min, Long.MAX_VALUE), String::valueOf);
  }

  /// Durations of more than zero.
  public static final SettingType<Duration> POSITIVE_DURATION =
      new SettingType<>("duration", SettingType::positive, PrometheusDuration::format);

  /// Sizes of more than zero.
  public static final SettingType<Long> POSITIVE_SIZE =
      new SettingType<>("size", SettingType::positiveSize, ByteSize::format);

  /// The same type for a setting that may be left out.
  public SettingType<Optional<T>> optional() {
    return new SettingType<>(
        name,
        value -> read.apply(value).flatMap(given -> Optional.of(Optional.of(given))),
        value -> value.map(write).orElse("none"));
  }

  private static Optional<Duration> positive(ConfigValue value) {
    Optional<Duration> duration = value.duration();
    if (duration.isPresent() && !duration.get().isPositive()) {
      value.problem("is 0", "use a duration of more than 0");
      return Optional.empty();
    }
    return duration;
  }

  private static Optional<Long> positiveSize(ConfigValue value) {
    Optional<Long> size = value.bytes();
    if (size.isPresent() && size.get() == 0) {
      value.problem("is 0", "use a size of more than 0");
      return Optional.empty();
    }
    return size;
  }

  private static Optional<Map<String, String>> properties(ConfigValue value) {
    ConfigSection section = value.section(value.place());
    Map<String, String> properties = new TreeMap<>();
    for (String key : section.keys()) {
      section.text(key).ifPresent(text -> properties.put(key, text));
    }
    return Optional.of(Map.copyOf(properties));
  }

  private static String writeProperties(Map<String, String> properties) {
    return properties.isEmpty()
        ? "none"
        : new TreeMap<>(properties)
            .entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining(", "));
  }
}
