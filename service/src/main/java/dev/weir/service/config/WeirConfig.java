package dev.weir.service.config;

import dev.weir.yaml.ConfigFile;
import dev.weir.yaml.ConfigSection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A `weir.yml` that makes sense: what Prometheus's own files have no place for. Every section and
/// every setting may be left out.
public record WeirConfig(
    KafkaConfig kafka,
    EmbeddedBrokerConfig embeddedBroker,
    SchemaRegistryConfig schemaRegistry,
    HttpConfig http,
    CollectorConfig collector,
    StorageConfig storage,
    RulesConfig rules,
    QueryConfig query,
    AlertingConfig alerting,
    TenantsConfig tenants) {
  /// Every section but `tenants`, which repeats `limits` by tenant.
  public static final List<SettingGroup> GROUPS =
      List.of(
          KafkaConfig.GROUP,
          EmbeddedBrokerConfig.GROUP,
          SchemaRegistryConfig.GROUP,
          HttpConfig.GROUP,
          CollectorConfig.GROUP,
          StorageConfig.GROUP,
          ObjectStoreConfig.GROUP,
          RulesConfig.GROUP,
          QueryConfig.GROUP,
          AlertingConfig.GROUP,
          TenantLimits.GROUP);

  /// What holds when no file is given.
  public static WeirConfig defaults() {
    return of("weir.yml", "");
  }

  /// What is taken and has no effect, or one that is hardly meant.
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(storage.warnings());
    warnings.addAll(tenants.warnings(storage.retention()));
    return List.copyOf(warnings);
  }

  /// The same with another storage section.
  public WeirConfig withStorage(StorageConfig newStorage) {
    return new WeirConfig(
        kafka,
        embeddedBroker,
        schemaRegistry,
        http,
        collector,
        newStorage,
        rules,
        query,
        alerting,
        tenants);
  }

  /// @throws dev.weir.model.WeirException.BadData with every problem of the file, one a line
  public static WeirConfig read(Path path) {
    return read(ConfigFile.read(path));
  }

  /// Reads text.
  ///
  /// @param name what problems call the file
  /// @throws dev.weir.model.WeirException.BadData with every problem of the file, one a line
  public static WeirConfig of(String name, String text) {
    return read(ConfigFile.of(name, text));
  }

  private static WeirConfig read(ConfigFile file) {
    Sections sections = new Sections(file.root().section(""));
    ConfigSection limits = sections.open(TenantLimits.GROUP.name());
    ConfigSection tenants = sections.root.section("tenants", "tenants");
    ConfigSection storage = sections.open(StorageConfig.GROUP.name());
    ConfigSection kafka = sections.open(KafkaConfig.GROUP.name());
    WeirConfig config =
        new WeirConfig(
            KafkaConfig.read(kafka),
            sections.read(EmbeddedBrokerConfig.GROUP, EmbeddedBrokerConfig::read),
            sections.read(SchemaRegistryConfig.GROUP, SchemaRegistryConfig::read),
            sections.read(HttpConfig.GROUP, HttpConfig::read),
            sections.read(CollectorConfig.GROUP, CollectorConfig::read),
            StorageConfig.read(storage),
            sections.read(RulesConfig.GROUP, RulesConfig::read),
            sections.read(QueryConfig.GROUP, QueryConfig::read),
            sections.read(AlertingConfig.GROUP, AlertingConfig::read),
            TenantsConfig.read(limits, tenants));
    config.storage().checkAgainst(config.query(), storage);
    config.storage().checkAgainst(config.kafka(), kafka, storage);
    sections.refuseOthers();
    file.throwIfProblems();
    return config;
  }

  /// The sections that were opened, so that unknown keys of all of them are reported.
  private static final class Sections {
    private final ConfigSection root;
    private final List<ConfigSection> opened = new ArrayList<>();

    Sections(ConfigSection root) {
      this.root = root;
    }

    ConfigSection open(String name) {
      ConfigSection section = root.section(name, name);
      opened.add(section);
      return section;
    }

    <T> T read(SettingGroup group, Function<ConfigSection, T> reader) {
      return reader.apply(open(group.name()));
    }

    void refuseOthers() {
      opened.forEach(ConfigSection::refuseOthers);
      root.refuseOthers();
    }
  }
}
