package dev.weir.standalone;

import dev.weir.model.WeirException;
import dev.weir.service.config.StorageConfig;
import dev.weir.service.config.WeirConfig;
import dev.weir.yaml.ByteSize;
import dev.weir.yaml.PrometheusDuration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// Prometheus's flags for how long samples are kept. They stand for `storage.retention` and
/// `storage.retention_size` of `weir.yml`, and win over them.
final class RetentionOptions {
  /// Where Prometheus has no bound by time it keeps samples for so long.
  private static final Duration UNBOUNDED = Duration.ofDays(100 * 365);

  @Option(
      names = "--storage.tsdb.retention.time",
      paramLabel = "DURATION",
      converter = Time.class,
      description =
          "How long samples are kept, such as 15d, as storage.retention in weir.yml says (default: 15d;"
              + " without end if there is only a size).")
  private Optional<Duration> time = Optional.empty();

  @Option(
      names = "--storage.tsdb.retention.size",
      paramLabel = "SIZE",
      converter = Size.class,
      description =
          "What all blocks may take, such as 512MB, as storage.retention_size in weir.yml says"
              + " (default: no bound).")
  private Optional<Long> size = Optional.empty();

  /// Reads a duration, or 0 for no bound.
  static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        return text.equals("0") ? Duration.ZERO : PrometheusDuration.parse(text);
      } catch (WeirException.BadData | IllegalArgumentException e) {
        throw new TypeConversionException(
            "\"%s\" is not a duration; use for example 12h, 15d or 1y".formatted(text));
      }
    }
  }

  /// Reads a number of bytes with its unit, or 0 for no bound.
  static final class Size implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      try {
        return text.equals("0") ? 0L : ByteSize.parse(text);
      } catch (WeirException.BadData | IllegalArgumentException e) {
        throw new TypeConversionException(
            "\"%s\" is not a size; use for example 512MB, 10GB or 1TB".formatted(text));
      }
    }
  }

  /// What a file says, where no flag says otherwise.
  WeirConfig over(Optional<Path> weirFile) {
    WeirConfig config = weirFile.map(WeirConfig::read).orElseGet(WeirConfig::defaults);
    StorageConfig storage = config.storage();
    StorageConfig sized = storage.withRetentionSize(size.orElse(storage.retentionSize()));
    if (time.isPresent() && time.get().isPositive()) {
      return config.withStorage(sized.withRetention(time.get()));
    }
    // As in Prometheus, a size alone is the only bound, unless the file has another.
    boolean noTime = time.isPresent() || (size.isPresent() && !storage.retentionGiven());
    return config.withStorage(
        noTime && sized.retentionSize() > 0 ? sized.withRetention(UNBOUNDED) : sized);
  }
}
