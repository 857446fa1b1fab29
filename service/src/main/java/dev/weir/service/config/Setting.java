package dev.weir.service.config;

import dev.weir.yaml.ConfigSection;

/// One setting of `weir.yml`: the only place where its name, type, default and description stand.
///
/// @param standard the default
/// @param standardText the default as the reference page writes it
/// @param description one or two sentences
public record Setting<T>(
    String name, SettingType<T> type, T standard, String standardText, String description) {
  public static <T> Setting<T> of(
      String name, SettingType<T> type, T standard, String description) {
    return new Setting<>(name, type, standard, type.write().apply(standard), description);
  }

  /// The value that a section gives it, or the default.
  T read(ConfigSection section) {
    return section
        .value(name)
        .filter(value -> !value.isNull())
        .flatMap(type.read())
        .orElse(standard);
  }
}
