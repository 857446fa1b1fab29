package dev.weir.standalone.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.TypeConversionException;

class OutputFileConverterTest {
  @TempDir private Path directory;

  private static String refused(Path file) {
    return String.valueOf(
        assertThrows(
                TypeConversionException.class,
                () -> new OutputFileConverter().convert(file.toString()))
            .getMessage());
  }

  @Test
  void aFileIsNotMadeBeforeThereIsSomethingToWrite() {
    Path file = directory.resolve("backtest.html");
    assertEquals(file, new OutputFileConverter().convert(file.toString()));
    assertFalse(Files.exists(file));
    assertEquals(Path.of("backtest.html"), new OutputFileConverter().convert("backtest.html"));
  }

  @Test
  void aFileInNoDirectoryIsRefused() {
    Path file = directory.resolve("nonexistent/backtest.html");
    assertEquals(
        "%s cannot be written: there is no directory %s; make it, or name another file"
            .formatted(file, file.getParent()),
        refused(file));
  }

  @Test
  void aDirectoryIsRefused() {
    assertEquals(directory + " is a directory; name a file", refused(directory));
    assertEquals("/ is a directory; name a file", refused(Path.of("/")));
  }
}
