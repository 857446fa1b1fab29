package dev.weir.standalone;

import dev.weir.standalone.pipeline.RoleName;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads the name of a role.
final class RoleNameConverter implements ITypeConverter<RoleName> {

  private static final List<String> STILL_TO_COME = List.of("rules");

  @Override
  public RoleName convert(String text) {
    for (RoleName role : RoleName.values()) {
      if (role.toString().equals(text)) {
        return role;
      }
    }
    String known = "use one of " + Arrays.toString(RoleName.values()) + ", or none to run them all";
    if (STILL_TO_COME.contains(text)) {
      throw new TypeConversionException(
          "role \"%s\" is not in this version yet; %s".formatted(text, known));
    }
    throw new TypeConversionException("role \"%s\" is not known; %s".formatted(text, known));
  }
}
