package dev.weir.collectors.series;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.service.config.TenantsConfig;
import java.time.InstantSource;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The series of every tenant that has some in this collector. A tenant is known from its first
/// series until its last has been idle for long; what a request of an unknown tenant brings beside
/// series leaves nothing behind. Safe for use by several threads.
public final class SeriesByTenant {
  /// A tenant, and who uses it just now. Changed under the lock of its key.
  private static final class Known {
    private final TenantSeries series;
    private int users;

    private Known(TenantSeries series) {
      this.series = series;
    }
  }

  private final TenantsConfig config;
  private final InstantSource clock;
  private final int maxTenants;
  private final int maxSamples;
  private final Consumer<Tenant> forgotten;
  private final ConcurrentHashMap<Tenant, Known> tenants = new ConcurrentHashMap<>();

  /// @param maxTenants that may be known; requests that come at once may be that many more
  /// @param maxSamples of one push
  /// @param forgotten hears of each tenant that is known no longer
  public SeriesByTenant(
      TenantsConfig config,
      InstantSource clock,
      int maxTenants,
      int maxSamples,
      Consumer<Tenant> forgotten) {
    this.config = requireNonNull(config, "config");
    this.clock = requireNonNull(clock, "clock");
    this.maxTenants = maxTenants;
    this.maxSamples = maxSamples;
    this.forgotten = requireNonNull(forgotten, "forgotten");
  }

  /// The series of a tenant, which stays known from now on.
  ///
  /// @throws WeirException.LimitExceeded if the tenant is new and there are too many
  public TenantSeries of(Tenant tenant) {
    return enter(tenant);
  }

  /// Uses the series of a tenant, which stays known while it has some.
  ///
  /// @throws WeirException.LimitExceeded if the tenant is new and there are too many
  public <T> T use(Tenant tenant, Function<TenantSeries, T> work) {
    TenantSeries series = enter(tenant);
    try {
      return work.apply(series);
    } finally {
      leave(tenant);
    }
  }

  private TenantSeries enter(Tenant tenant) {
    if (!tenants.containsKey(tenant) && tenants.size() >= maxTenants) {
      forgetIdle();
      if (tenants.size() >= maxTenants) {
        throw new WeirException.LimitExceeded(
            ("tenant %s is refused: this collector has %d tenants with active series, as many as"
                    + " collector.max_tenants allows")
                .formatted(tenant, tenants.size()));
      }
    }
    return requireNonNull(
            tenants.compute(
                tenant,
                (name, present) -> {
                  Known known =
                      present == null
                          ? new Known(
                              new TenantSeries(name, config.limits(name), clock, maxSamples))
                          : present;
                  known.users++;
                  return known;
                }))
        .series;
  }

  private void leave(Tenant tenant) {
    var _ =
        tenants.computeIfPresent(
            tenant,
            (_, known) -> {
              known.users--;
              return ifUsed(known);
            });
  }

  private @Nullable Known ifUsed(Known known) {
    if (known.users > 0 || known.series.active() > 0) {
      return known;
    }
    forgotten.accept(known.series.tenant());
    return null;
  }

  private void forgetIdle() {
    for (Tenant tenant : tenants.keySet()) {
      var _ = tenants.computeIfPresent(tenant, (_, known) -> ifUsed(known));
    }
  }

  /// The tenants that are known. Those whose series are all idle are forgotten first.
  public Collection<TenantSeries> all() {
    forgetIdle();
    return tenants.values().stream().map(known -> known.series).toList();
  }
}
