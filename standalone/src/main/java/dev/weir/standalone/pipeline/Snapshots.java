package dev.weir.standalone.pipeline;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.backup.Backup;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.model.WeirException;
import dev.weir.query.api.TsdbAdmin;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// Makes snapshots of the blocks in the data directory: backups that cost no space, as their files
/// are second names, until the blocks themselves are deleted. One at a time.
final class Snapshots {
  private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(60);

  /// As Prometheus names them.
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Path data;
  private final BlockStores blocks;
  private final Optional<Supplier<CompletionStage<Void>>> flush;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /// @param data the data directory
  /// @param blocks those to copy
  /// @param flush writes what the logs hold into blocks; absent where another process does that
  Snapshots(
      Path data, BlockStores blocks, Optional<Supplier<CompletionStage<Void>>> flush, Clock clock) {
    this.data = requireNonNull(data, "data");
    this.blocks = requireNonNull(blocks, "blocks");
    this.flush = requireNonNull(flush, "flush");
    this.clock = requireNonNull(clock, "clock");
  }

  /// @throws WeirException.BadData if blocks are in an object store
  /// @throws WeirException.Unavailable if not all could be written in time; there is no snapshot
  synchronized TsdbAdmin.Snapshot make(boolean skipHead) {
    LocalBlockStore store = blocks.inDirectory();
    List<String> warnings = new ArrayList<>();
    if (!skipHead) {
      if (flush.isPresent()) {
        await(flush.get().get());
      } else {
        warnings.add(
            "rows that are in no block yet are not in the snapshot: sinks run in other processes");
      }
    }
    String name = "%s-%016x".formatted(NAME.format(clock.instant()), random.nextLong());
    Backup.Outcome outcome =
        new Backup(store, clock).into(DataDirectory.snapshotsIn(data).resolve(name), (_, _) -> {});
    outcome.unreadable().forEach(problem -> warnings.add("not in the snapshot: " + problem));
    warnings.addAll(outcome.gaps());
    return new TsdbAdmin.Snapshot(name, warnings);
  }

  private static void await(CompletionStage<Void> written) {
    try {
      written.toCompletableFuture().get(FLUSH_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new WeirException.Unavailable(
          "rows in memory were not written into blocks within %d s, so there is no snapshot; try again, or leave them out with skip_head=true"
              .formatted(FLUSH_TIMEOUT.toSeconds()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException.Canceled("interrupted while rows were written into blocks");
    }
  }
}
