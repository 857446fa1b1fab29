package dev.weir.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.objects.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `weir backup` and `weir restore` where blocks are in an S3.
class ObjectStoreBackupTest {
  @TempDir private Path folder = Path.of("");

  private String config(S3Server server, String prefix) throws IOException {
    Path id = Files.writeString(folder.resolve("id"), S3Server.KEY_ID);
    Path secret = Files.writeString(folder.resolve("secret"), S3Server.SECRET);
    return "--weir.config="
        + Files.writeString(
            folder.resolve(prefix + ".yml"),
            """
            storage:
              object_store:
                type: s3
                bucket: %s
                prefix: %s
                endpoint: %s
                access_key_file: %s
                secret_key_file: %s
            """
                .formatted(S3Server.BUCKET, prefix, server.endpoint(), id, secret));
  }

  private CommandOutcome weir(String... arguments) {
    List<String> all = new java.util.ArrayList<>(List.of(arguments));
    all.add("--data=" + folder.resolve("data"));
    return CommandOutcome.of(all.toArray(String[]::new));
  }

  private static void assertOk(CommandOutcome outcome) {
    assertEquals(0, outcome.exitCode(), outcome.err());
  }

  /// What `weir blocks verify` says of how many samples there are.
  private String analyzed(String config) {
    CommandOutcome outcome = weir("blocks", "analyze", config);
    assertOk(outcome);
    return outcome.out();
  }

  @Test
  void blocksOfOneStoreComeBackInAnother() throws Exception {
    Path text =
        Files.writeString(
            folder.resolve("metrics.txt"),
            """
            # TYPE temperature gauge
            temperature{room="hall"} 20.5 1772366400
            temperature{room="hall"} 21 1772366460
            temperature{room="roof"} 3 1772366400
            # EOF
            """);
    try (S3Server server = S3Server.start(Files.createDirectory(folder.resolve("objects")))) {
      String first = config(server, "first");
      String second = config(server, "second");
      assertOk(weir("blocks", "import", text.toString(), first));
      Path backup = folder.resolve("backup");
      CommandOutcome saved = weir("backup", backup.toString(), first);
      assertOk(saved);
      assertTrue(saved.out().contains(" objects, "), saved.out());
      assertTrue(Pattern.compile("; 2 new, .* copied\n$").matcher(saved.out()).find(), saved.out());
      assertTrue(Files.exists(backup.resolve("backup")));
      CommandOutcome again = weir("backup", backup.toString(), first);
      assertOk(again);
      assertTrue(again.out().endsWith("; nothing is new\n"), again.out());

      CommandOutcome restored = weir("restore", backup.toString(), second);
      assertOk(restored);
      assertTrue(
          Pattern.compile("^s3://%s/second: \\d+ objects, ".formatted(S3Server.BUCKET))
              .matcher(restored.out())
              .find(),
          restored.out());
      assertEquals(analyzed(first), analyzed(second));
      CommandOutcome refused = weir("restore", backup.toString(), second);
      assertEquals(1, refused.exitCode());
      assertTrue(refused.err().contains("/second has blocks already;"), refused.err());
    }
  }
}
