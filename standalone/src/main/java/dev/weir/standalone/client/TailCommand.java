package dev.weir.standalone.client;

import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.schemas.Topics;
import dev.weir.schemas.Topics.Deployment;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.schemas.text.Sample;
import dev.weir.schemas.text.SampleFormat;
import dev.weir.schemas.wire.ConfluentRegistry;
import dev.weir.schemas.wire.SchemaRegistry;
import dev.weir.service.config.WeirConfig;
import dev.weir.service.kafka.KafkaSettings;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `weir tail`: prints samples as they come through Kafka.
@Command(
    name = "tail",
    description = {
      "Print samples as they come through Kafka, until Ctrl-C.",
      "Reads weir.samples as any other consumer could; see docs/consuming.md."
    })
public final class TailCommand implements Runnable {

  @Parameters(
      arity = "0..1",
      paramLabel = "SELECTOR",
      converter = SelectorConverter.class,
      description = "Print these series only, such as up or '{job=\"node\"}' (default: all).")
  private Optional<Selector> selector;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT,...",
      split = ",",
      description = "Brokers (default: localhost:9092).")
  private List<String> kafka = List.of();

  @Option(
      names = "--schema-registry",
      paramLabel = "URL",
      converter = ServerAddressConverter.class,
      description = "The registry that the writers use (default: none).")
  private Optional<URI> schemaRegistry;

  @Option(
      names = "--weir.config",
      paramLabel = "FILE",
      description = "A weir.yml, for how to connect to Kafka.")
  private Optional<Path> weirFile;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      converter = TenantConverter.class,
      description = "Print this tenant's series only (default: all).")
  private Optional<Tenant> tenant;

  @Option(
      names = "--since",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "Begin this long ago, such as 5m (default: now).")
  private Optional<Duration> since;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "SAMPLES",
      defaultValue = "9223372036854775807",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "Stop after this many (default: never).")
  private long count;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      defaultValue = "text",
      description = "text, or json: an object each line (default: ${DEFAULT-VALUE}).")
  private SampleFormat format;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  TailCommand() {}

  /// Which series to print.
  record Selector(List<Matcher> matchers) {
    boolean matches(Sample sample) {
      return Matcher.allMatch(matchers, sample.series().labels());
    }
  }

  static final class SelectorConverter implements ITypeConverter<Selector> {
    @Override
    public Selector convert(String text) {
      try {
        return new Selector(new PromqlParser(ParserOptions.DEFAULT).parseSelector(text));
      } catch (WeirException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  @Override
  public void run() {
    WeirConfig weir = weirFile.map(WeirConfig::read).orElseGet(WeirConfig::defaults);
    KafkaSettings settings =
        kafka.isEmpty()
            ? KafkaSettings.ofCluster(weir.kafka())
            : KafkaSettings.of(weir.kafka(), Deployment.CLUSTER, kafka);
    LayoutPublisher.Settings publishers =
        new LayoutPublisher.Settings(weir.collector().keyFrameInterval(), 1);
    Instant now = Clock.systemUTC().instant();
    Optional<SchemaRegistry> registry =
        schemaRegistry
            .or(weir.schemaRegistry()::url)
            .map(url -> ConfluentRegistry.connect(List.of(url.toString()), Map.of()));
    try (KafkaConsumer<byte[], byte[]> consumer = settings.consumer("weir-tail", Map.of())) {
      new SampleTail(consumer, Topics.SAMPLES, registry, publishers, new Printer())
          .run(since.map(now::minus), now);
    } finally {
      registry.ifPresent(SchemaRegistry::close);
    }
  }

  private final class Printer implements SampleTail.Receiver {
    private final PrintWriter out = spec.commandLine().getOut();
    private final PrintWriter err = spec.commandLine().getErr();
    private long left = count;

    /// A reader of the output that has gone away, as `head` does, has had enough.
    @Override
    public boolean sample(Sample sample) {
      boolean wanted =
          tenant.map(sample.tenant()::equals).orElse(true)
              && selector.map(series -> series.matches(sample)).orElse(true);
      if (wanted && left > 0) {
        left--;
        out.println(format.format(sample));
      }
      return left > 0 && !out.checkError();
    }

    @Override
    public void problem(String description) {
      err.println("weir tail: " + description);
    }
  }
}
