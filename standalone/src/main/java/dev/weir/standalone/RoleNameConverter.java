package dev.weir.standalone;

import dev.weir.standalone.pipeline.RoleName;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads the name of a role.
final class RoleNameConverter implements ITypeConverter<RoleName> {

  @Override
  public RoleName convert(String text) {
    for (RoleName role : RoleName.values()) {
      if (role.toString().equals(text)) {
        return role;
      }
    }
    throw new TypeConversionException(
        "role \"%s\" is not known; use one of %s, or none to run them all"
            .formatted(text, Arrays.toString(RoleName.values())));
  }
}
