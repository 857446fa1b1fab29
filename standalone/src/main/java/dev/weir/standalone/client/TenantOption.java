package dev.weir.standalone.client;

import dev.weir.model.Tenant;
import picocli.CommandLine.Option;

/// Whose samples in blocks a command is about.
public final class TenantOption {
  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      defaultValue = "default",
      converter = TenantConverter.class,
      description = "Whose samples (default: ${DEFAULT-VALUE}).")
  private Tenant tenant;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  public TenantOption() {}

  public Tenant tenant() {
    return tenant;
  }
}
