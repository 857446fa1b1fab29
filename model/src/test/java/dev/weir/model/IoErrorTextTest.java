package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoErrorTextTest {
  @TempDir private Path directory = Path.of("");

  private static String whyNotMade(Path path) {
    return IoErrorText.of(
        assertThrows(IOException.class, () -> Files.createDirectory(path), path.toString()));
  }

  @Test
  void saysWhatTheOperatingSystemSays() throws IOException {
    Path file = Files.createFile(directory.resolve("up"));
    assertEquals("there is a file of that name", whyNotMade(file));
    assertEquals("there is no such file or directory", whyNotMade(directory.resolve("a/b")));
    assertEquals("Not a directory", whyNotMade(file.resolve("b")));
    assertEquals(
        "Read-only file system",
        IoErrorText.of(new FileSystemException("blocks", null, "Read-only file system")));
    assertEquals(
        "blocks: Read-only file system",
        IoErrorText.withPath(new FileSystemException("blocks", null, "Read-only file system")));
    assertEquals("Stream closed", IoErrorText.withPath(new IOException("Stream closed")));
  }

  @Test
  void anErrorWithoutWordsIsNamed() {
    assertEquals("java.io.EOFException", IoErrorText.of(new EOFException()));
    assertEquals("Stream closed", IoErrorText.of(new IOException("Stream closed")));
  }
}
