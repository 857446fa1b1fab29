package dev.weir.service.config;

import java.util.Arrays;
import java.util.Optional;

/// How a scraped target is asked to write names outside the classic alphabet
/// (`metric_name_escaping_scheme`).
public enum NameEscaping {
  ALLOW_UTF8("allow-utf-8"),
  UNDERSCORES("underscores"),
  DOTS("dots"),
  VALUES("values");

  private final String configName;

  NameEscaping(String configName) {
    this.configName = configName;
  }

  /// The name in configuration files and in the `escaping` parameter of media types.
  public String configName() {
    return configName;
  }

  static Optional<NameEscaping> ofConfigName(String name) {
    return Arrays.stream(values()).filter(e -> e.configName.equals(name)).findFirst();
  }
}
