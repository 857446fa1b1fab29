package dev.weir.standalone;

import dev.weir.service.config.WeirConfig;
import dev.weir.service.http.ListenAddress;
import dev.weir.standalone.client.ServerAddressConverter;
import dev.weir.standalone.pipeline.Features;
import dev.weir.standalone.pipeline.Pipeline;
import dev.weir.standalone.pipeline.PipelineSettings;
import dev.weir.standalone.pipeline.RoleName;
import dev.weir.yaml.ByteSize;
import dev.weir.yaml.PrometheusDuration;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir run`: runs the pipeline, or one role of it, until it is told to stop.
@Command(
    name = "run",
    description = {
      "Run the pipeline: all roles in one process with an embedded Kafka broker, or one role.",
      "With no configuration it scrapes itself."
    })
final class RunCommand implements Runnable {

  @Parameters(
      arity = "0..1",
      paramLabel = "ROLE",
      converter = RoleNameConverter.class,
      description = "collector, sink, rules, alerting or query; default: all in one process.")
  private Optional<RoleName> role;

  @Option(
      names = "--config.file",
      paramLabel = "FILE",
      description = "A prometheus.yml (default: weir scrapes itself).")
  private Optional<Path> configFile;

  @Option(
      names = "--weir.config",
      paramLabel = "FILE",
      description = "A weir.yml, with what prometheus.yml has no place for (default: none).")
  private Optional<Path> weirFile;

  @Option(
      names = "--alertmanager.config",
      paramLabel = "FILE",
      description = "An alertmanager.yml (default: nobody is told of alerts).")
  private Optional<Path> alertmanagerFile;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "data",
      description = "Where everything is kept (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "localhost:9090",
      converter = ListenAddressConverter.class,
      description = "Where to serve HTTP; :9090 is all interfaces (default: ${DEFAULT-VALUE}).")
  private ListenAddress listen;

  @Option(
      names = "--advertise",
      paramLabel = "HOST:PORT",
      converter = ListenAddressConverter.class,
      description = "Where other members reach this process (default: where it listens).")
  private Optional<ListenAddress> advertise;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT,...",
      split = ",",
      description =
          "Brokers of a Kafka cluster (default: an embedded broker on 127.0.0.1:9092, or for one"
              + " role localhost:9092).")
  private List<String> kafka = List.of();

  @Option(
      names = "--schema-registry",
      paramLabel = "URL",
      converter = ServerAddressConverter.class,
      description =
          "A Confluent-compatible schema registry (default: none; records carry Avro's"
              + " single-object encoding).")
  private Optional<URI> schemaRegistry;

  @Option(
      names = "--enable-feature",
      paramLabel = "NAME,...",
      split = ",",
      description =
          "Features to switch on, by Prometheus's names, such as promql-experimental-functions.")
  private List<String> features = List.of();

  @Option(
      names = "--web.enable-admin-api",
      description =
          "Allow samples to be deleted over HTTP (/api/v1/admin/tsdb), by anyone who reaches the"
              + " port (default: no).")
  private boolean adminApi;

  @Mixin private RetentionOptions retention;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli asks it.
  private PrometheusFlags prometheusFlags;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  RunCommand() {}

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Features enabled = new Features(Set.copyOf(features));
    for (String feature : enabled.unknown()) {
      err.println("weir run: warning: --enable-feature=" + feature + " is not known, ignored");
    }
    WeirConfig weir = retention.over(weirFile);
    for (String warning : weir.warnings()) {
      err.println("weir run: warning: " + warning);
    }
    PipelineSettings settings =
        new PipelineSettings(
            new Version().version(),
            role.map(Set::of).orElseGet(RoleName::all),
            configFile,
            alertmanagerFile,
            weir,
            data,
            listen,
            advertise,
            kafka.isEmpty() ? Optional.empty() : Optional.of(kafka),
            schemaRegistry,
            enabled,
            adminApi,
            flags());
    say(out, "weir " + settings.version());
    try (Pipeline pipeline = new Pipeline(settings, line -> say(out, line));
        StopSignal _ = StopSignal.stops(pipeline, out)) {
      ReloadSignal.runs(pipeline::reload);
      pipeline.start();
      throw pipeline.awaitFailure();
    }
  }

  /// All flags and their values, without their dashes.
  private Map<String, String> flags() {
    Map<String, String> flags = new TreeMap<>();
    for (OptionSpec option : spec.options()) {
      if (!option.usageHelp() && !option.hidden()) {
        flags.put(option.longestName().substring(2), text(option.getValue()));
      }
    }
    return flags;
  }

  private static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case Optional<?> optional -> text(optional.orElse(null));
      case Duration duration -> PrometheusDuration.format(duration);
      case Long bytes -> ByteSize.format(bytes);
      case List<?> list -> list.stream().map(Object::toString).collect(Collectors.joining(","));
      default -> value.toString();
    };
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
