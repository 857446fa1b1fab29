package dev.weir.standalone.client;

import dev.weir.model.Tenant;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Which server a client command asks, and as whom.
final class ServerConnection {

  @Option(
      names = "--server",
      paramLabel = "URL",
      defaultValue = "http://localhost:9090",
      converter = ServerAddressConverter.class,
      description = "The server to ask (default: ${DEFAULT-VALUE}).")
  private URI server;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      converter = TenantConverter.class,
      description = "Whose series to ask for, sent as X-Scope-OrgID (default: the server's).")
  private Optional<Tenant> tenant;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "2m",
      converter = DurationConverter.class,
      description = "How long to wait for the answer (default: ${DEFAULT-VALUE}).")
  private Duration timeout;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  ServerConnection() {}

  URI server() {
    return server;
  }

  ApiClient connect() {
    return new ApiClient(server, tenant, timeout);
  }
}
