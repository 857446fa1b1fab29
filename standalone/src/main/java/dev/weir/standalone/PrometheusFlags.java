package dev.weir.standalone;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Prometheus's flags that `weir run` has by another name, or in `weir.yml`: who types them is told
/// what to use. They are in no help.
@SuppressWarnings("DoNotCallSuggester") // picocli calls them, to say no.
final class PrometheusFlags {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @SuppressWarnings("NullAway.Init") // picocli sets the field.
  PrometheusFlags() {}

  @Option(names = "--web.listen-address", hidden = true)
  void listenAddress(String value) {
    throw instead("--web.listen-address", "use --listen=" + value);
  }

  @Option(names = "--web.external-url", hidden = true)
  void externalUrl(String value) {
    throw instead("--web.external-url", "set http.external_url in weir.yml (--weir.config)");
  }

  @Option(names = "--storage.tsdb.path", hidden = true)
  void path(String value) {
    throw instead("--storage.tsdb.path", "use --data=" + value);
  }

  @Option(names = "--storage.tsdb.retention", hidden = true)
  void retention(String value) {
    throw instead("--storage.tsdb.retention", "use --storage.tsdb.retention.time=" + value);
  }

  @Option(names = "--query.timeout", hidden = true)
  void queryTimeout(String value) {
    throw instead("--query.timeout", "set query.timeout in weir.yml (--weir.config)");
  }

  @Option(names = "--query.lookback-delta", hidden = true)
  void lookback(String value) {
    throw instead("--query.lookback-delta", "set query.lookback in weir.yml (--weir.config)");
  }

  @Option(names = "--web.enable-lifecycle", hidden = true, arity = "0")
  void lifecycle(boolean value) {
    throw instead("--web.enable-lifecycle", "leave it out: /-/reload is always there");
  }

  @Option(names = "--web.enable-remote-write-receiver", hidden = true, arity = "0")
  void receiver(boolean value) {
    throw instead(
        "--web.enable-remote-write-receiver", "leave it out: remote write is always taken");
  }

  private ParameterException instead(String flag, String cure) {
    return new ParameterException(
        command.commandLine(), "%s is Prometheus's; %s".formatted(flag, cure));
  }
}
