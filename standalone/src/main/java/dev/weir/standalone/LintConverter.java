package dev.weir.standalone;

import dev.weir.standalone.CheckRulesCommand.Lint;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads the name of a lint.
final class LintConverter implements ITypeConverter<Lint> {
  @Override
  public Lint convert(String text) {
    return Arrays.stream(Lint.values())
        .filter(lint -> lint.toString().equals(text))
        .findFirst()
        .orElseThrow(() ->
            new TypeConversionException(
                "lint \"%s\" is not known; use %s"
                    .formatted(
                        text,
                        Arrays.stream(Lint.values())
                            .map(Lint::toString)
                            .collect(Collectors.joining(", ")))));
  }
}
