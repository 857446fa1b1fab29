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

/// `weir query`: evaluates an expression on a server and prints what it answers, or how it was
/// evaluated.
@Command(
    name = "query",
    description = "Evaluate a PromQL expression on a server, at one time if nothing else is said.",
    subcommands = {QueryCommand.AtOneTime.class, QueryCommand.OverRange.class})
public final class QueryCommand implements Runnable {

  /// Steps of a range query whose step is not given.
  private static final int DEFAULT_STEPS = 250;

  private static final Duration DEFAULT_RANGE = Duration.ofMinutes(5);

  private static final String EXPLAINED =
      "Print how the expression was evaluated and where time went, instead of what it came to.";

  @Parameters(
      paramLabel = "EXPRESSION",
      arity = "0..1",
      description = "A PromQL expression, as for `instant`.")
  private Optional<String> expression;

  @Mixin private AtOneTimeOptions options;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  QueryCommand() {}

  @Override
  public void run() {
    options.ask(
        spec,
        expression.orElseThrow(() ->
            new ParameterException(
                spec.commandLine(),
                "give an expression, or say which kind of query: `instant` or `range`")));
  }

  /// How a query at one time is asked.
  static final class AtOneTimeOptions {

    @Option(
        names = "--time",
        paramLabel = "TIME",
        converter = TimeConverter.class,
        description = "RFC 3339 or seconds since 1970; default: the server's now.")
    private Optional<Instant> time;

    @Option(names = "--explain", description = EXPLAINED)
    private boolean explain;

    @Mixin private ServerOptions server;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    AtOneTimeOptions() {}

    void ask(CommandSpec spec, String expression) {
      Map<String, String> form = new LinkedHashMap<>();
      form.put("query", expression);
      time.ifPresent(at -> form.put("time", Times.seconds(at)));
      server.print(spec, "/api/v1/query", form, explain);
    }
  }

  /// `weir query instant`: the value at one time.
  @Command(name = "instant", description = "Evaluate at one time.")
  static final class AtOneTime implements Runnable {

    @Parameters(paramLabel = "EXPRESSION", description = "A PromQL expression.")
    private String expression;

    @Mixin private AtOneTimeOptions options;

    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    AtOneTime() {}

    @Override
    public void run() {
      options.ask(spec, expression);
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

    @Option(names = "--explain", description = EXPLAINED)
    private boolean explain;

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
      server.print(spec, "/api/v1/query_range", form, explain);
    }
  }
}
