package dev.weir.service.config;

import java.util.List;

/// A section of `weir.yml`.
///
/// @param name its key in the file
/// @param description what it is about, for the reference page
public record SettingGroup(String name, String description, List<Setting<?>> settings) {
  public SettingGroup {
    settings = List.copyOf(settings);
  }
}
