package dev.weir.blocks.store;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name under which a block is published.
///
/// ```
/// Chain     => chain/{topic}/{partition}/{first offset}.block
/// Compacted => tenants/{tenant}/{topic}/{partition}/{level}/{first offset}.block
/// Imported  => imports/{tenant}/{source}/{number}[-{level}].block
/// Downsampled => downsampled/{tenant}/{resolution}/{slice}/{revision}-{shard}-{shards}.block
/// ```
///
/// A partition has 5 digits, an offset 20, a level 2, with zeros in front, so that the order of
/// names is the order of offsets. A name says where a block starts and nothing of what is in it:
/// two owners that both continue from one offset meet at one name, and one of them loses.
///
/// What was imported covers no offsets. A *source* has 32 hexadecimal digits, a hash of what was
/// imported and how, and a *number* 5 digits, so that the same import meets its own names again.
/// One that was made from imported blocks is named like the first of them, with its level, and so
/// comes before the others in order of names.
///
/// What is downsampled lies apart from samples, so that nobody takes one for the other. A *slice*
/// is a stretch of time by its number since the epoch, 8 digits; a *revision* has 32 hexadecimal
/// digits, a hash of what the slice was made from, so that who makes it from the same meets the
/// same name; a slice is in as many *shards*, 3 digits, as the name says.
///
/// Example: `chain/weir.samples/00003/00000000000000012345.block`.
public sealed interface BlockName {
  String CHAIN_PREFIX = "chain/";
  String COMPACTED_PREFIX = "tenants/";
  String IMPORTED_PREFIX = "imports/";
  String DOWNSAMPLED_PREFIX = "downsampled/";

  Pattern CHAIN_PATTERN = Pattern.compile("chain/([a-zA-Z0-9._-]+)/(\\d{5,})/(\\d{20})\\.block");
  Pattern COMPACTED_PATTERN =
      Pattern.compile("tenants/([^/]+)/([a-zA-Z0-9._-]+)/(\\d{5,})/(\\d{2})/(\\d{20})\\.block");
  Pattern IMPORTED_PATTERN =
      Pattern.compile("imports/([^/]+)/([0-9a-f]{32})/(\\d{5})(?:-(\\d{2}))?\\.block");

  Pattern DOWNSAMPLED_PATTERN =
      Pattern.compile(
          "downsampled/([^/]+)/(\\w+)/(\\d{8,18})/([0-9a-f]{32})-(\\d{3})-(\\d{3})\\.block");

  /// The largest level of compaction.
  int MAX_LEVEL = 99;

  /// 0 for a link of a partition's chain, more for a block of one tenant.
  int level();

  /// The name in the store.
  String path();

  /// Names a block that covers offsets.
  sealed interface OfPartition extends BlockName {
    String topic();

    int partition();

    /// The first offset that the block covers.
    long firstOffset();
  }

  /// A small block with the sections of all tenants.
  record Chain(String topic, int partition, long firstOffset) implements OfPartition {
    public Chain {
      check(topic, partition, firstOffset);
    }

    @Override
    public int level() {
      return 0;
    }

    @Override
    public String path() {
      return prefix(topic, partition) + "%020d.block".formatted(firstOffset);
    }

    /// What the names of a partition's links start with.
    public static String prefix(String topic, int partition) {
      return CHAIN_PREFIX + "%s/%05d/".formatted(topic, partition);
    }
  }

  /// A block of one tenant, made from smaller ones.
  record Compacted(Tenant tenant, String topic, int partition, int level, long firstOffset)
      implements OfPartition {
    public Compacted {
      requireNonNull(tenant, "tenant");
      check(topic, partition, firstOffset);
      if (level < 1 || level > MAX_LEVEL) {
        throw new IllegalArgumentException(
            "level %d is not one of 1 to %d".formatted(level, MAX_LEVEL));
      }
    }

    @Override
    public String path() {
      return prefix(tenant)
          + "%s/%05d/%02d/%020d.block".formatted(topic, partition, level, firstOffset);
    }

    /// What the names of a tenant's blocks start with.
    public static String prefix(Tenant tenant) {
      return COMPACTED_PREFIX + tenant.name() + "/";
    }
  }

  /// A block of one tenant with samples that did not come through Kafka.
  ///
  /// @param source tells one import from another
  /// @param number of the block among those of the import
  /// @param level 1 for what an import made, more for what was made from such blocks
  record Imported(Tenant tenant, String source, int number, int level) implements BlockName {
    /// More blocks no import makes.
    public static final int MAX_NUMBER = 99_999;

    private static final int FIRST_LEVEL = 1;

    public Imported {
      requireNonNull(tenant, "tenant");
      if (!source.matches("[0-9a-f]{32}")
          || number < 0
          || number > MAX_NUMBER
          || level < FIRST_LEVEL
          || level > MAX_LEVEL) {
        throw new IllegalArgumentException(
            "block %d of level %d of import \"%s\" is not possible"
                .formatted(number, level, source));
      }
    }

    public Imported(Tenant tenant, String source, int number) {
      this(tenant, source, number, FIRST_LEVEL);
    }

    /// Whether it was made from other imported blocks.
    public boolean isMerged() {
      return level > FIRST_LEVEL;
    }

    @Override
    public String path() {
      return prefix(tenant)
          + "%s/%05d%s.block".formatted(source, number, isMerged() ? "-%02d".formatted(level) : "");
    }

    /// What the names of a tenant's imported blocks start with.
    public static String prefix(Tenant tenant) {
      return IMPORTED_PREFIX + tenant.name() + "/";
    }
  }

  /// A part of a slice of one tenant's past, with windows instead of samples.
  ///
  /// @param slice its number, as the resolution counts
  /// @param revision a hash of what it was made from
  /// @param shard of how many, from 0
  record Downsampled(
      Tenant tenant, Resolution resolution, long slice, String revision, int shard, int shards)
      implements BlockName {
    /// More shards no slice has.
    public static final int MAX_SHARDS = 999;

    public Downsampled {
      requireNonNull(tenant, "tenant");
      requireNonNull(resolution, "resolution");
      if (slice < 0
          || !revision.matches("[0-9a-f]{32}")
          || shard < 0
          || shard >= shards
          || shards > MAX_SHARDS) {
        throw new IllegalArgumentException(
            "shard %d of %d of slice %d, revision \"%s\", is not possible"
                .formatted(shard, shards, slice, revision));
      }
    }

    /// Like every block that has one tenant.
    @Override
    public int level() {
      return 1;
    }

    /// The samples that it is made from.
    public TimeRange range() {
      return resolution.slice(slice);
    }

    @Override
    public String path() {
      return prefix(tenant)
          + "%s/%08d/%s-%03d-%03d.block"
              .formatted(resolution.text(), slice, revision, shard, shards);
    }

    /// What the names of a tenant's downsampled blocks start with.
    public static String prefix(Tenant tenant) {
      return DOWNSAMPLED_PREFIX + tenant.name() + "/";
    }
  }

  /// Whether a block has windows instead of samples.
  static boolean isDownsampled(String path) {
    return path.startsWith(DOWNSAMPLED_PREFIX);
  }

  /// What the name says; empty if it is not the name of a block.
  static Optional<BlockName> parse(String path) {
    Matcher chain = CHAIN_PATTERN.matcher(path);
    Matcher compacted = COMPACTED_PATTERN.matcher(path);
    Matcher imported = IMPORTED_PATTERN.matcher(path);
    Matcher downsampled = DOWNSAMPLED_PATTERN.matcher(path);
    try {
      if (chain.matches()) {
        return Optional.of(
            new Chain(
                chain.group(1), Integer.parseInt(chain.group(2)), Long.parseLong(chain.group(3))));
      }
      if (compacted.matches()) {
        return Optional.of(
            new Compacted(
                new Tenant(compacted.group(1)),
                compacted.group(2),
                Integer.parseInt(compacted.group(3)),
                Integer.parseInt(compacted.group(4)),
                Long.parseLong(compacted.group(5))));
      }
      if (imported.matches()) {
        String level = imported.group(4);
        if (level != null && Integer.parseInt(level) == Imported.FIRST_LEVEL) {
          return Optional.empty();
        }
        return Optional.of(
            new Imported(
                new Tenant(imported.group(1)),
                imported.group(2),
                Integer.parseInt(imported.group(3)),
                level == null ? Imported.FIRST_LEVEL : Integer.parseInt(level)));
      }
      if (downsampled.matches()) {
        return Resolution.of(downsampled.group(2))
            .map(resolution ->
                new Downsampled(
                    new Tenant(downsampled.group(1)),
                    resolution,
                    Long.parseLong(downsampled.group(3)),
                    downsampled.group(4),
                    Integer.parseInt(downsampled.group(5)),
                    Integer.parseInt(downsampled.group(6))));
      }
    } catch (IllegalArgumentException | WeirException.BadData e) {
      // Digits that are no number, or a tenant that cannot be: some other file.
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static void check(String topic, int partition, long firstOffset) {
    if (!topic.matches("[a-zA-Z0-9._-]+") || topic.equals(".") || topic.equals("..")) {
      throw new IllegalArgumentException("\"%s\" is not a topic's name".formatted(topic));
    }
    if (partition < 0 || firstOffset < 0) {
      throw new IllegalArgumentException(
          "partition %d and offset %d are not negative".formatted(partition, firstOffset));
    }
  }
}
