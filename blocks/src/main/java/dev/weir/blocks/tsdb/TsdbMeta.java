package dev.weir.blocks.tsdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.weir.model.IoErrorText;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a Prometheus block is: its file `meta.json`.
///
/// ```
/// {"ulid": "01…", "minTime": 1700000000000, "maxTime": 1700007200000,
///  "stats": {"numSamples": 960, "numSeries": 2, "numChunks": 8, "numTombstones": 0},
///  "compaction": {"level": 1, "sources": ["01…"]}, "version": 1}
/// ```
///
/// Other members are passed over.
///
/// @param minMillis of the samples, inclusive
/// @param maxMillis of the samples, exclusive
/// @param sources the blocks of level 1 that it was made from, itself if it is one
public record TsdbMeta(
    Ulid ulid,
    long minMillis,
    long maxMillis,
    long samples,
    long series,
    long chunks,
    int level,
    List<Ulid> sources) {
  static final String FILE = "meta.json";

  private static final int VERSION = 1;

  /// No real one comes near; a file that is larger is no such file.
  private static final long MAX_BYTES = 16 << 20;

  public TsdbMeta {
    requireNonNull(ulid, "ulid");
    sources = List.copyOf(sources);
  }

  /// @param block the block's directory
  static TsdbMeta read(Path block) {
    Path file = block.resolve(FILE);
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new WeirException.Corrupt(
            "%s has %d bytes; %d are the most".formatted(file, Files.size(file), MAX_BYTES));
      }
      return parse(Files.readString(file, UTF_8), file.toString());
    } catch (NoSuchFileException e) {
      throw new WeirException.BadData(
          "%s: no such file; a Prometheus block is a directory that has one".formatted(file), e);
    } catch (CharacterCodingException e) {
      throw new WeirException.Corrupt("%s is not UTF-8".formatted(file), e);
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s cannot be read: %s".formatted(file, IoErrorText.of(e)), e);
    }
  }

  static TsdbMeta parse(String text, String place) {
    Members all = new Members(Json.read(text, place), place);
    long version = all.number("version");
    if (version != VERSION) {
      throw new WeirException.BadData(
          "%s: version %d is not known; known is %d".formatted(place, version, VERSION));
    }
    Members stats = all.object("stats");
    Members compaction = all.object("compaction");
    Ulid ulid = all.ulid(all.get("ulid"));
    List<Ulid> sources = compaction.ulids("sources");
    return new TsdbMeta(
        ulid,
        all.number("minTime"),
        all.number("maxTime"),
        stats.number("numSamples"),
        stats.number("numSeries"),
        stats.number("numChunks"),
        (int) compaction.number("level"),
        sources.isEmpty() ? List.of(ulid) : sources);
  }

  String toJson() {
    return """
    {
    	"ulid": %s,
    	"minTime": %d,
    	"maxTime": %d,
    	"stats": {
    		"numSamples": %d,
    		"numSeries": %d,
    		"numChunks": %d
    	},
    	"compaction": {
    		"level": %d,
    		"sources": [
    			%s
    		]
    	},
    	"version": %d
    }
    """
        .formatted(
            Json.quote(ulid.text()),
            minMillis,
            maxMillis,
            samples,
            series,
            chunks,
            level,
            sources.stream()
                .map(source -> Json.quote(source.text()))
                .collect(Collectors.joining(",\n\t\t\t")),
            VERSION);
  }

  /// The members of an object; a number that is not there is 0.
  private static final class Members {
    private final Map<?, ?> members;
    private final String place;

    Members(@Nullable Object value, String place) {
      if (!(value instanceof Map<?, ?> map)) {
        throw new WeirException.Corrupt("%s: expected an object".formatted(place));
      }
      this.members = map;
      this.place = place;
    }

    @Nullable Object get(String name) {
      return members.get(name);
    }

    Members object(String name) {
      Object value = get(name);
      return new Members(value == null ? Map.of() : value, place + ": " + name);
    }

    long number(String name) {
      Object value = get(name);
      if (value == null) {
        return 0;
      }
      try {
        if (value instanceof BigDecimal number) {
          return number.longValueExact();
        }
      } catch (ArithmeticException e) {
        throw new WeirException.Corrupt(
            "%s: %s is %s; expected an integer".formatted(place, name, value), e);
      }
      throw new WeirException.Corrupt(
          "%s: %s is %s; expected an integer".formatted(place, name, value));
    }

    Ulid ulid(@Nullable Object value) {
      if (value instanceof String text && Ulid.isUlid(text)) {
        return new Ulid(text);
      }
      throw new WeirException.Corrupt("%s: expected a ULID, found %s".formatted(place, value));
    }

    List<Ulid> ulids(String name) {
      return switch (get(name)) {
        case null -> List.of();
        case List<?> items -> items.stream().map(this::ulid).toList();
        case Object other ->
            throw new WeirException.Corrupt(
                "%s: %s is %s; expected an array".formatted(place, name, other));
      };
    }
  }
}
