package dev.weir.service.config;

import static dev.weir.service.config.SettingType.URL;

import dev.weir.yaml.ConfigSection;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// The `schema_registry` section of `weir.yml`.
public record SchemaRegistryConfig(Optional<URI> url) {
  private static final Setting<Optional<URI>> URL_SETTING =
      Setting.of(
          "url",
          URL.optional(),
          Optional.empty(),
          "A Confluent-compatible schema registry. With one, records carry Confluent's wire format;"
              + " without, Avro's single-object encoding. The flag `--schema-registry` wins.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "schema_registry", "Where the schemas of records are kept.", List.of(URL_SETTING));

  static SchemaRegistryConfig read(ConfigSection section) {
    return new SchemaRegistryConfig(URL_SETTING.read(section));
  }
}
