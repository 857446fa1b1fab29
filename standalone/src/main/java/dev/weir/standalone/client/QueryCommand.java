package dev.weir.standalone.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir query`: evaluates an expression on a server and prints what it answers.
@Command(
    name = "query",
    description = "Evaluate a PromQL expression on a server.",
    subcommands = {QueryCommand.AtOneTime.class, QueryCommand.OverRange.class})
public final class QueryCommand implements Runnable {

  /// Steps of a range query whose step is not given.
  private static final int DEFAULT_STEPS = 250;

  private static final Duration DEFAULT_RANGE = Duration.ofMinutes(5);

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec.
  QueryCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say which kind of query: `instant` or `range`");
  }

  /// `weir query instant`: the value at one time.
  @Command(name = "instant", description = "Evaluate at one time.")
  static final class AtOneTime implements Runnable {

    @Parameters(paramLabel = "EXPRESSION", description = "A PromQL expression.")
    private String expression;

    @Option(
        names = "--time",
        paramLabel = "TIME",
        converter = TimeConverter.class,
        description = "RFC 3339 or seconds since 1970; default: the server's now.")
    private Optional<Instant> time;

    @Mixin private ServerOptions server;

    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    AtOneTime() {}

    @Override
    public void run() {
      Map<String, String> form = new LinkedHashMap<>();
      form.put("query", expression);
      time.ifPresent(at -> form.put("time", Times.seconds(at)));
      server.print(spec, "/api/v1/query", form);
    }
  }

  /// `weir query range`: the values at equal steps.
  @Command(name = "range", description = "Evaluate at equal steps from start to end.")
  static final class OverRange implements Runnable {

    @Parameters(paramLabel = "EXPRESSION", description = "A PromQL expression.")
    private String expression;

    @Option(
        names = "--start",
        paramLabel = "TIME",
        converter = TimeConverter.class,
        description = "RFC 3339 or seconds since 1970; default: 5 minutes before the end.")
    private Optional<Instant> start;

    @Option(
        names = "--end",
        paramLabel = "TIME",
        converter = TimeConverter.class,
        description = "RFC 3339 or seconds since 1970; default: now.")
    private Optional<Instant> end;

    @Option(
        names = "--step",
        paramLabel = "DURATION",
        converter = DurationConverter.class,
        description = "Such as 30s or 5m; default: a 250th of the range, at least 1s.")
    private Optional<Duration> step;

    @Mixin private ServerOptions server;

    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    OverRange() {}

    @Override
    public void run() {
      Instant to = end.orElseGet(() -> Clock.systemUTC().instant());
      Instant from = start.orElseGet(() -> to.minus(DEFAULT_RANGE));
      if (from.isAfter(to)) {
        throw new ParameterException(
            spec.commandLine(), "--start %s is after --end %s".formatted(from, to));
      }
      Duration distance =
          step.orElseGet(() ->
              Duration.ofSeconds(
                  Math.max(1, Duration.between(from, to).toSeconds() / DEFAULT_STEPS)));
      Map<String, String> form = new LinkedHashMap<>();
      form.put("query", expression);
      form.put("start", Times.seconds(from));
      form.put("end", Times.seconds(to));
      form.put("step", Times.seconds(distance));
      server.print(spec, "/api/v1/query_range", form);
    }
  }
}
