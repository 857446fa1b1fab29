package dev.weir.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.service.config.StorageConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class RetentionOptionsTest {
  private static final String TIME = "--storage.tsdb.retention.time=";
  private static final String SIZE = "--storage.tsdb.retention.size=";

  @TempDir private Path directory = Path.of("");

  private static StorageConfig storage(Optional<Path> file, String... flags) {
    return CommandLine.populateCommand(new RetentionOptions(), flags).over(file).storage();
  }

  private static void assertKept(Duration time, long bytes, StorageConfig storage) {
    assertEquals(time, storage.retention());
    assertEquals(bytes, storage.retentionSize());
  }

  @Test
  void withoutFlagsAndFileItIsFifteenDays() {
    assertKept(Duration.ofDays(15), 0, storage(Optional.empty()));
    assertKept(Duration.ofDays(15), 0, storage(Optional.empty(), TIME + "0", SIZE + "0"));
  }

  @Test
  void timeAndSizeAreTakenInPrometheussNotation() {
    assertKept(Duration.ofHours(36), 0, storage(Optional.empty(), TIME + "1d12h"));
    assertKept(
        Duration.ofDays(30), 512L << 20, storage(Optional.empty(), TIME + "30d", SIZE + "512MB"));
  }

  @Test
  void sizeAloneIsTheOnlyBound() {
    assertKept(Duration.ofDays(36_500), 10L << 30, storage(Optional.empty(), SIZE + "10GB"));
    assertKept(
        Duration.ofDays(36_500), 10L << 30, storage(Optional.empty(), SIZE + "10GB", TIME + "0s"));
  }

  @Test
  void aFileThatSaysNothingOfTimeLeavesTheSizeTheOnlyBound() throws IOException {
    Path file = directory.resolve("weir.yml");
    Files.writeString(file, "storage: {flush_interval: 7m}\n");
    Optional<Path> given = Optional.of(file);
    assertKept(Duration.ofDays(36_500), 10L << 30, storage(given, SIZE + "10GB"));
    assertKept(Duration.ofDays(15), 0, storage(given, SIZE + "0"));
    Files.writeString(file, "storage: {retention_size: 1GB}\n");
    assertKept(Duration.ofDays(15), 1L << 30, storage(given));
  }

  @Test
  void whoSaysHowLongSamplesAreKeptIsKnown() throws IOException {
    Path file = directory.resolve("weir.yml");
    Files.writeString(file, "storage: {retention: 15d}\n");
    assertTrue(storage(Optional.of(file)).retentionGiven());
    assertTrue(storage(Optional.empty(), TIME + "2d").retentionGiven());
    assertFalse(storage(Optional.empty()).retentionGiven());
    Files.writeString(file, "storage: {retention: }\n");
    assertFalse(storage(Optional.of(file)).retentionGiven());
  }

  @Test
  void flagsWinOverTheFileAndLeaveTheRest() throws IOException {
    Path file = directory.resolve("weir.yml");
    Files.writeString(
        file,
        """
        storage:
          retention: 40d
          retention_size: 1GB
          flush_interval: 7m
        """);
    Optional<Path> given = Optional.of(file);
    assertKept(Duration.ofDays(40), 1L << 30, storage(given));
    assertKept(Duration.ofDays(2), 1L << 30, storage(given, TIME + "2d"));
    assertKept(Duration.ofDays(40), 2L << 30, storage(given, SIZE + "2GB"));
    assertKept(Duration.ofDays(40), 0, storage(given, SIZE + "0"));
    assertKept(Duration.ofDays(36_500), 1L << 30, storage(given, TIME + "0"));
    assertEquals(Duration.ofMinutes(7), storage(given, TIME + "2d").flushInterval());
  }

  @ParameterizedTest
  @CsvSource({
    "--storage.tsdb.retention.time=15x,'\"15x\" is not a duration; use for example 12h, 15d or 1y'",
    "--storage.tsdb.retention.size=lots,'\"lots\" is not a size; use for example 512MB, 10GB or 1TB'"
  })
  void whatIsNeitherIsRefused(String flag, String message) {
    CommandLine.ParameterException e =
        assertThrows(CommandLine.ParameterException.class, () -> storage(Optional.empty(), flag));
    assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
  }
}
