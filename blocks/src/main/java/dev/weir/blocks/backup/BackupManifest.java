package dev.weir.blocks.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.weir.model.IoErrorText;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/// What a backup has, in the file `backup` of its directory: text, a line for each object.
///
/// ```
/// weir backup 1
/// created 2026-03-01T12:00:00Z
/// 1234 8a3b1c2d chain/weir.samples/00000/00000000000000000000.block
/// end 5f0e1a77
/// ```
///
/// An object has its size in bytes, the CRC-32C of its bytes, and its name; names ascend. The last
/// line has the CRC-32C of all lines before it. A directory without this file is no backup, or one
/// that was broken off: the file comes last, in one piece.
///
/// @param objects by name, ascending
public record BackupManifest(Instant createdAt, List<Entry> objects) {
  static final String FILE = "backup";

  /// Where the objects are in the directory of a backup.
  static final String OBJECTS = "blocks";

  private static final String FIRST_LINE = "weir backup 1";
  private static final String CREATED = "created ";
  private static final String END = "end ";

  /// An object.
  public record Entry(String name, long sizeBytes, int checksum) {
    public Entry {
      requireNonNull(name, "name");
    }
  }

  public BackupManifest {
    requireNonNull(createdAt, "createdAt");
    objects = List.copyOf(objects);
  }

  public long sizeBytes() {
    return objects.stream().mapToLong(Entry::sizeBytes).sum();
  }

  Map<String, Entry> byName() {
    Map<String, Entry> byName = new HashMap<>();
    objects.forEach(entry -> byName.put(entry.name, entry));
    return byName;
  }

  /// Puts the file in place of the one that was there, durably.
  void write(Path directory) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(FIRST_LINE).append('\n');
    text.append(CREATED).append(createdAt).append('\n');
    for (Entry entry : objects) {
      text.append("%d %08x %s\n".formatted(entry.sizeBytes, entry.checksum, entry.name));
    }
    text.append("%s%08x\n".formatted(END, checksum(text.toString())));
    replace(directory, FILE, text.toString());
  }

  /// Puts a file in place of the one that was there, durably and in one piece.
  static void replace(Path directory, String name, String text) throws IOException {
    Path unfinished = directory.resolve(name + ".tmp");
    Files.writeString(unfinished, text);
    try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(
        unfinished,
        directory.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    FileCopies.sync(directory);
  }

  /// What a directory has; empty if it is no finished backup.
  ///
  /// @throws WeirException.Corrupt if the file is damaged
  static Optional<BackupManifest> read(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      return Optional.of(parse(file, Files.readString(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s cannot be read: %s".formatted(file, IoErrorText.of(e)), e);
    }
  }

  private static BackupManifest parse(Path file, String text) {
    int last = text.lastIndexOf(END);
    if (!text.startsWith(FIRST_LINE + "\n") || last < 0) {
      throw new WeirException.Corrupt(
          "%s does not begin with \"%s\" and end with its checksum; it is no list of a backup, or damaged"
              .formatted(file, FIRST_LINE));
    }
    String expected = "%08x".formatted(checksum(text.substring(0, last)));
    String found = text.substring(last + END.length()).strip();
    if (!expected.equals(found)) {
      throw new WeirException.Corrupt(
          "%s: the checksum of its lines is %s, expected %s".formatted(file, expected, found));
    }
    String[] lines = text.substring(0, last).split("\n");
    try {
      List<Entry> objects = new ArrayList<>();
      for (int i = 2; i < lines.length; i++) {
        String[] parts = lines[i].split(" ", 3);
        objects.add(
            new Entry(parts[2], Long.parseLong(parts[0]), HexFormat.fromHexDigits(parts[1])));
      }
      return new BackupManifest(Instant.parse(lines[1].substring(CREATED.length())), objects);
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeParseException e) {
      throw new WeirException.Corrupt("%s cannot be understood: %s".formatted(file, e), e);
    }
  }

  private static int checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(UTF_8));
    return (int) crc.getValue();
  }
}
