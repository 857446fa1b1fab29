package dev.weir.service.config;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.yaml.ConfigSection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The `limits` and `tenants` sections of `weir.yml`.
///
/// @param standard limits of tenants that have none of their own
public record TenantsConfig(TenantLimits standard, Map<Tenant, TenantLimits> byTenant) {
  public TenantsConfig {
    byTenant = Map.copyOf(byTenant);
  }

  public TenantLimits limits(Tenant tenant) {
    return byTenant.getOrDefault(tenant, standard);
  }

  /// The same where all samples are kept for so long: each tenant's retention says how long its own
  /// are.
  public TenantsConfig keptFor(Duration retention) {
    Map<Tenant, TenantLimits> kept = new HashMap<>();
    byTenant.forEach((tenant, limits) -> kept.put(tenant, limits.keptFor(retention)));
    return new TenantsConfig(standard.keptFor(retention), kept);
  }

  /// Retentions that have no effect, because nobody's samples are kept so long.
  List<String> warnings(Duration retention) {
    Set<String> warnings = new TreeSet<>();
    standard.warning(retention).ifPresent(warnings::add);
    for (TenantLimits limits : byTenant.values()) {
      limits.warning(retention).ifPresent(warnings::add);
    }
    return List.copyOf(warnings);
  }

  static TenantsConfig read(ConfigSection limits, ConfigSection tenants) {
    TenantLimits standard = TenantLimits.read(limits);
    Map<Tenant, TenantLimits> byTenant = new HashMap<>();
    for (String name : tenants.keys()) {
      ConfigSection own = tenants.section(name, "tenants: " + name);
      TenantLimits overridden = standard.overriddenBy(name, own);
      own.refuseOthers();
      try {
        byTenant.put(new Tenant(name), overridden);
      } catch (WeirException.BadData e) {
        tenants.problem(name, e.getMessage(), "");
      }
    }
    return new TenantsConfig(standard, byTenant);
  }
}
