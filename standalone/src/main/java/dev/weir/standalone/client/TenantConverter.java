package dev.weir.standalone.client;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a tenant's name.
public final class TenantConverter implements ITypeConverter<Tenant> {

  @Override
  public Tenant convert(String text) {
    try {
      return new Tenant(text);
    } catch (WeirException.BadData e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
