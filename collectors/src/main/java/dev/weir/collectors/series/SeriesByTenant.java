package dev.weir.collectors.series;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.service.config.TenantsConfig;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The series of every tenant that this collector has met. Safe for use by several threads.
public final class SeriesByTenant {
  private final TenantsConfig config;
  private final InstantSource clock;
  private final int maxTenants;
  private final int maxSamples;
  private final Map<Tenant, TenantSeries> tenants = new ConcurrentHashMap<>();

  /// @param maxTenants that may be met
  /// @param maxSamples of one push
  public SeriesByTenant(TenantsConfig config, InstantSource clock, int maxTenants, int maxSamples) {
    this.config = requireNonNull(config, "config");
    this.clock = requireNonNull(clock, "clock");
    this.maxTenants = maxTenants;
    this.maxSamples = maxSamples;
  }

  /// The series of a tenant.
  ///
  /// @throws WeirException.LimitExceeded if the tenant is new and there are too many
  public TenantSeries of(Tenant tenant) {
    TenantSeries known = tenants.get(tenant);
    if (known != null) {
      return known;
    }
    if (tenants.size() >= maxTenants) {
      throw new WeirException.LimitExceeded(
          "tenant %s is refused: this collector has %d tenants, as many as collector.max_tenants allows"
              .formatted(tenant, tenants.size()));
    }
    return tenants.computeIfAbsent(
        tenant, name -> new TenantSeries(name, config.limits(name), clock, maxSamples));
  }

  /// The tenants that were met.
  public Collection<TenantSeries> all() {
    return List.copyOf(tenants.values());
  }
}
