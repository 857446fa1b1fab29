package dev.weir.service.config;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.yaml.ConfigSection;
import java.util.HashMap;
import java.util.Map;

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

  static TenantsConfig read(ConfigSection limits, ConfigSection tenants) {
    TenantLimits standard = TenantLimits.read(limits);
    Map<Tenant, TenantLimits> byTenant = new HashMap<>();
    for (String name : tenants.keys()) {
      ConfigSection own = tenants.section(name, "tenants: " + name);
      TenantLimits overridden = standard.overriddenBy(own);
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
