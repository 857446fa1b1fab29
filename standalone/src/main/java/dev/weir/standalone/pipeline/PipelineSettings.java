package dev.weir.standalone.pipeline;

import static java.util.Objects.requireNonNull;

import dev.weir.service.config.RulesConfig;
import dev.weir.service.config.WeirConfig;
import dev.weir.service.http.ListenAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a process is to run. Flags win over `weir.yml`.
///
/// @param version of this build, for metrics and `status/buildinfo`
/// @param roles at least one
/// @param configFile a prometheus.yml; absent: scrape this process
/// @param alertmanagerFile an alertmanager.yml; absent: nobody is told of alerts
/// @param weir what `weir.yml` says, or its defaults
/// @param data the data directory, used by roles that keep something
/// @param listen where the process serves HTTP
/// @param advertise where other members reach the process, if not where it listens
/// @param kafka brokers of a cluster as `host:port`, as the flag gave them
/// @param schemaRegistry the registry that the flag gave
/// @param features of `--enable-feature`
/// @param adminApi whether samples may be deleted over HTTP, as the flag says
/// @param flags all flags and their values, for `status/flags`
public record PipelineSettings(
    String version,
    Set<RoleName> roles,
    Optional<Path> configFile,
    Optional<Path> alertmanagerFile,
    WeirConfig weir,
    Path data,
    ListenAddress listen,
    Optional<ListenAddress> advertise,
    Optional<List<String>> kafka,
    Optional<URI> schemaRegistry,
    Features features,
    boolean adminApi,
    Map<String, String> flags) {

  private static final List<String> LOCAL_KAFKA = List.of("localhost:9092");

  public PipelineSettings {
    requireNonNull(version, "version");
    roles = Set.copyOf(roles);
    requireNonNull(configFile, "configFile");
    requireNonNull(alertmanagerFile, "alertmanagerFile");
    requireNonNull(weir, "weir");
    requireNonNull(data, "data");
    requireNonNull(listen, "listen");
    requireNonNull(advertise, "advertise");
    kafka = kafka.map(List::copyOf);
    requireNonNull(schemaRegistry, "schemaRegistry");
    requireNonNull(features, "features");
    flags = Map.copyOf(flags);
    if (roles.isEmpty()) {
      throw new IllegalArgumentException("a process runs at least one role");
    }
  }

  /// Whether the process has a broker of its own: it runs everything and was told of no Kafka.
  boolean embedsBroker() {
    return cluster().isEmpty() && roles.equals(RoleName.all());
  }

  /// The brokers to connect to when there is no embedded one.
  List<String> brokers() {
    return cluster().orElse(LOCAL_KAFKA);
  }

  private Optional<List<String>> cluster() {
    return kafka.or(weir.kafka()::bootstrapServers);
  }

  /// The schema registry, where records are to use one.
  Optional<URI> registry() {
    return schemaRegistry.or(weir.schemaRegistry()::url);
  }

  /// What a collector is told. Beside the sink it knows how long samples are kept, also where
  /// nobody said it.
  WeirConfig collectorConfig() {
    return roles.contains(RoleName.SINK)
        ? weir.withStorage(weir.storage().withRetention(weir.storage().retention()))
        : weir;
  }

  /// How rules are evaluated. Where the process serves queries, rules ask it, unless another is
  /// named.
  ///
  /// @param own where the process is reached
  RulesConfig rules(URI own) {
    return roles.contains(RoleName.QUERY) ? weir.rules().withQueriesAskedOf(own) : weir.rules();
  }

  /// Whether the process keeps anything in the data directory.
  boolean keepsData() {
    return embedsBroker() || roles.contains(RoleName.SINK) || roles.contains(RoleName.RULES);
  }
}
