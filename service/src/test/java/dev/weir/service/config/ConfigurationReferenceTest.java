package dev.weir.service.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationReferenceTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  @Test
  void thePageInDocsHasEveryNameAndDefault() throws IOException {
    String page = ConfigurationReference.page(WeirConfig.GROUPS);
    if (Boolean.getBoolean("weir.docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertEquals(
        page,
        Files.readString(PAGE),
        "docs/configuration.md is out of date; run this test with -Dweir.docs.write=true");
  }
}
