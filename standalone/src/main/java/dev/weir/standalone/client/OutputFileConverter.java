package dev.weir.standalone.client;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads the name of a file that will be written. One that cannot be is refused before the work
/// that its content takes.
public final class OutputFileConverter implements ITypeConverter<Path> {

  @Override
  public Path convert(String text) {
    try {
      Path file = Path.of(text);
      Path directory = file.toAbsolutePath().getParent();
      if (Files.isDirectory(file) || directory == null) {
        throw new TypeConversionException("%s is a directory; name a file".formatted(text));
      }
      if (!Files.isDirectory(directory)) {
        throw new TypeConversionException(
            "%s cannot be written: there is no directory %s; make it, or name another file"
                .formatted(text, directory));
      }
      if (!Files.isWritable(Files.exists(file) ? file : directory)) {
        throw new TypeConversionException(
            "%s cannot be written: permission denied; name another file".formatted(text));
      }
      return file;
    } catch (InvalidPathException e) {
      throw new TypeConversionException(
          "%s is no name of a file: %s".formatted(text, e.getReason()));
    }
  }
}
