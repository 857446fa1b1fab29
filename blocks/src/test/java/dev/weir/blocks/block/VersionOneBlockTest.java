package dev.weir.blocks.block;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;

/// A link of a chain that a program wrote which knew version 1 alone.
class VersionOneBlockTest extends BlockContract {
  @Override
  byte[] write(Path scratch) throws IOException {
    try (InputStream block = VersionOneBlockTest.class.getResourceAsStream("version-1.block")) {
      return Objects.requireNonNull(block, "version-1.block").readAllBytes();
    }
  }

  @Override
  int version() {
    return 1;
  }
}
