package dev.weir.blocks.block;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;

/// A link of a chain that a program wrote which knew versions 1 and 2.
class VersionTwoBlockTest extends BlockContract {
  @Override
  byte[] write(Path scratch) throws IOException {
    try (InputStream block = VersionTwoBlockTest.class.getResourceAsStream("version-2.block")) {
      return Objects.requireNonNull(block, "version-2.block").readAllBytes();
    }
  }

  @Override
  int version() {
    return 2;
  }
}
