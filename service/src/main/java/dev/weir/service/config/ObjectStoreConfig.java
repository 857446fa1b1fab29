package dev.weir.service.config;

import static dev.weir.service.config.SettingType.POSITIVE_DURATION;
import static dev.weir.service.config.SettingType.READABLE_FILE;
import static dev.weir.service.config.SettingType.SIZE;
import static dev.weir.service.config.SettingType.TEXT;
import static dev.weir.service.config.SettingType.URL;
import static dev.weir.service.config.SettingType.integer;

import dev.weir.model.WeirException;
import dev.weir.yaml.ConfigSection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The section `object_store` of `storage` in `weir.yml`: where blocks are, if not in the data
/// directory.
///
/// @param bucket the container on Azure; empty for a directory
/// @param prefix without slashes at its ends
/// @param keys files with who asks, and the secret that proves it; read when the store is opened
public record ObjectStoreConfig(
    Type type,
    Optional<Path> directory,
    String bucket,
    String prefix,
    Optional<URI> endpoint,
    Optional<String> region,
    KeyFiles keys,
    Requests requests,
    Cache cache) {
  /// Kinds of stores.
  public enum Type {
    FILE,
    S3,
    GCS,
    AZURE;

    private String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Files that hold secrets. Where none is given, the usual places of the store are searched.
  ///
  /// @param id the access key of S3, the account of Azure
  /// @param secret what belongs to it
  /// @param credential key file of a service account of Google's
  public record KeyFiles(Optional<Path> id, Optional<Path> secret, Optional<Path> credential) {}

  /// How the store is asked.
  public record Requests(Duration timeout, Duration retryFor, int atOnce) {}

  /// What was read of the store and is kept here.
  ///
  /// @param directory where more is kept than in memory; absent: nowhere
  public record Cache(long memoryBytes, Optional<Path> directory, long directoryBytes) {}

  private static final Setting<Type> TYPE =
      Setting.of(
          "type",
          new SettingType<>("text", value -> value.parsed(ObjectStoreConfig::type), Type::text),
          Type.FILE,
          "Where blocks are: `file` (a directory), `s3`, `gcs` or `azure`.");

  private static final Setting<Optional<Path>> DIRECTORY =
      new Setting<>(
          "directory",
          SettingType.DIRECTORY.optional(),
          Optional.empty(),
          "`blocks` in the data directory",
          "The directory, for `file`. All sinks and queries must see the same one.");

  private static final Setting<String> BUCKET =
      Setting.of("bucket", TEXT, "", "The bucket of S3 or Google, the container of Azure.");

  private static final Setting<String> PREFIX =
      Setting.of("prefix", TEXT, "", "What all names in the bucket start with, such as `weir/eu`.");

  private static final Setting<Optional<URI>> ENDPOINT =
      Setting.of(
          "endpoint",
          URL.optional(),
          Optional.empty(),
          "Where the store is, if not where its maker has it: for MinIO, Ceph and others that speak"
              + " S3. For Azure that of the account, `https://ACCOUNT.blob.core.windows.net`.");

  private static final Setting<Optional<String>> REGION =
      new Setting<>(
          "region",
          TEXT.optional(),
          Optional.empty(),
          "as environment and files of AWS say; `us-east-1` with an endpoint",
          "The region of S3.");

  private static final Setting<Optional<Path>> ACCESS_KEY_FILE =
      Setting.of(
          "access_key_file",
          READABLE_FILE.optional(),
          Optional.empty(),
          "A file with the access key id of S3, or the account name of Azure. Without it credentials"
              + " come from where each platform has them: environment, profile files, the identity of"
              + " the machine or pod.");

  private static final Setting<Optional<Path>> SECRET_KEY_FILE =
      Setting.of(
          "secret_key_file",
          READABLE_FILE.optional(),
          Optional.empty(),
          "A file with the secret access key of S3, or the account key of Azure.");

  private static final Setting<Optional<Path>> CREDENTIAL_FILE =
      Setting.of(
          "credential_file",
          READABLE_FILE.optional(),
          Optional.empty(),
          "The key file of a service account of Google's. Without it `GOOGLE_APPLICATION_CREDENTIALS`"
              + " and the identity of the machine or pod are used.");

  private static final Setting<Duration> REQUEST_TIMEOUT =
      Setting.of(
          "request_timeout",
          POSITIVE_DURATION,
          Duration.ofSeconds(20),
          "How long one attempt at a request may take; a listing, which has pages, four times as"
              + " long.");

  private static final Setting<Duration> RETRY_FOR =
      Setting.of(
          "retry_for",
          POSITIVE_DURATION,
          Duration.ofSeconds(30),
          "How long a request is repeated, after growing pauses, until the store is taken to be"
              + " away.");

  private static final Setting<Integer> MAX_REQUESTS =
      Setting.of(
          "max_requests",
          integer(1, 10_000),
          32,
          "Requests of a process that are under way at once; more wait.");

  private static final Setting<Long> CACHE_BYTES =
      Setting.of(
          "cache_bytes",
          SIZE,
          64L << 20,
          "Parts of blocks that are kept in memory as they are stored, beside"
              + " storage.block_cache_bytes: for the queries of a process, and as much for a sink's"
              + " merging of blocks.");

  private static final Setting<Optional<Path>> CACHE_DIRECTORY =
      Setting.of(
          "cache_directory",
          SettingType.DIRECTORY.optional(),
          Optional.empty(),
          "A directory of this process alone where its queries keep more of them, also over a restart.");

  private static final Setting<Long> CACHE_DIRECTORY_BYTES =
      Setting.of(
          "cache_directory_bytes", SIZE, 10L << 30, "What the files in it may take together.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "storage.object_store",
          "Where blocks are, if not in the data directory. Sinks, queries and `weir blocks` that share"
              + " a store are given the same. Secrets stand in files, never here.",
          List.of(
              TYPE,
              DIRECTORY,
              BUCKET,
              PREFIX,
              ENDPOINT,
              REGION,
              ACCESS_KEY_FILE,
              SECRET_KEY_FILE,
              CREDENTIAL_FILE,
              REQUEST_TIMEOUT,
              RETRY_FOR,
              MAX_REQUESTS,
              CACHE_BYTES,
              CACHE_DIRECTORY,
              CACHE_DIRECTORY_BYTES));

  /// Reads the section and refuses keys that mean nothing to a store of that type.
  static ObjectStoreConfig read(ConfigSection storage) {
    ConfigSection section = storage.section("object_store", GROUP.name());
    ObjectStoreConfig config =
        new ObjectStoreConfig(
            TYPE.read(section),
            DIRECTORY.read(section),
            BUCKET.read(section),
            trimmed(PREFIX.read(section)),
            ENDPOINT.read(section),
            REGION.read(section),
            new KeyFiles(
                ACCESS_KEY_FILE.read(section),
                SECRET_KEY_FILE.read(section),
                CREDENTIAL_FILE.read(section)),
            new Requests(
                REQUEST_TIMEOUT.read(section), RETRY_FOR.read(section), MAX_REQUESTS.read(section)),
            new Cache(
                CACHE_BYTES.read(section),
                CACHE_DIRECTORY.read(section),
                CACHE_DIRECTORY_BYTES.read(section)));
    config.check(section);
    section.refuseOthers();
    return config;
  }

  private static Type type(String text) {
    for (Type type : Type.values()) {
      if (type.text().equals(text)) {
        return type;
      }
    }
    throw new WeirException.BadData(
        "\"%s\" is not known; use one of %s"
            .formatted(
                text,
                EnumSet.allOf(Type.class).stream()
                    .map(Type::text)
                    .collect(Collectors.joining(", "))));
  }

  private static String trimmed(String prefix) {
    return prefix.replaceAll("^/+|/+$", "");
  }

  /// Whether blocks are in an object store, not in a directory.
  public boolean isRemote() {
    return type != Type.FILE;
  }

  private void check(ConfigSection section) {
    switch (type) {
      case FILE ->
          refuse(
              section,
              Set.of(
                  BUCKET,
                  PREFIX,
                  ENDPOINT,
                  REGION,
                  ACCESS_KEY_FILE,
                  SECRET_KEY_FILE,
                  CREDENTIAL_FILE,
                  CACHE_DIRECTORY));
      case S3 -> refuse(section, Set.of(DIRECTORY, CREDENTIAL_FILE));
      case GCS -> refuse(section, Set.of(DIRECTORY, REGION, ACCESS_KEY_FILE, SECRET_KEY_FILE));
      case AZURE -> refuse(section, Set.of(DIRECTORY, REGION, CREDENTIAL_FILE));
    }
    if (isRemote() && bucket.isBlank()) {
      section.problem(
          BUCKET.name(), "type %s has no bucket".formatted(type.text()), "name it with bucket");
    }
    if (type == Type.AZURE && endpoint.isEmpty()) {
      section.problem(
          ENDPOINT.name(),
          "type azure has no endpoint",
          "give that of the account, https://ACCOUNT.blob.core.windows.net");
    }
    boolean id = isGiven(ACCESS_KEY_FILE, section);
    if (id != isGiven(SECRET_KEY_FILE, section)) {
      section.problem(
          id ? ACCESS_KEY_FILE.name() : SECRET_KEY_FILE.name(),
          "access_key_file and secret_key_file belong together, and one is missing",
          "give both or none");
    }
  }

  private static boolean isGiven(Setting<?> setting, ConfigSection section) {
    return section.value(setting.name()).filter(value -> !value.isNull()).isPresent();
  }

  private void refuse(ConfigSection section, Set<Setting<?>> meaningless) {
    for (Setting<?> setting : GROUP.settings()) {
      if (meaningless.contains(setting) && section.keys().contains(setting.name())) {
        section.problem(
            setting.name(),
            "%s means nothing for type %s".formatted(setting.name(), type.text()),
            "leave it out");
      }
    }
  }
}
