package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.catalog.SliceSources;
import dev.weir.blocks.head.PartitionHead;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.MemoryBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.blocks.store.Resolution;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.source.GroupSamples;
import dev.weir.service.config.WeirConfig;
import dev.weir.sink.SinkSettings.RetentionSettings;
import dev.weir.testing.HeldClock;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private final MemoryBlockStore store = new MemoryBlockStore();
  private final SampleLog log = new SampleLog(clock, 0);

  @TempDir private Path directory = Path.of("");

  private int run() {
    return run(RetentionSettings.of(Duration.ofDays(15))).size();
  }

  private List<String> run(RetentionSettings settings) {
    return new Retention(store, settings, clock, new SinkMetrics(new PrometheusRegistry(), clock))
        .run(new BlockCatalog(store, new BlockCache(1 << 20)).refresh());
  }

  private List<String> names() {
    return store.list("").stream().map(StoredBlock::name).toList();
  }

  private static String link(long offset) {
    return new BlockName.Chain("weir.samples", 3, offset).path();
  }

  @Test
  void deletesWhatIsTooOldButNeverTheEndOfAChain() throws IOException {
    ChainPublisher chain =
        new ChainPublisher(store, new BlockCache(0), directory.resolve("work"), clock);
    Owner owner = new Owner(chain, log, clock);
    for (int day = 0; day < 3; day++) {
      log.scrape(1, 2, day);
      owner.readAll();
      owner.flush();
      clock.advance(Duration.ofDays(1));
    }
    Path other = directory.resolve("notes.txt");
    Files.writeString(other, "not a block");
    store.publish("chain/notes.txt", other);
    assertEquals(0, run());
    clock.advance(Duration.ofDays(12).plusMillis(1));
    assertEquals(1, run());
    assertEquals(List.of("chain/notes.txt", link(1), link(2)), names());
    clock.advance(Duration.ofDays(100));
    assertEquals(1, run());
    assertEquals(List.of("chain/notes.txt", link(2)), names());
    assertEquals(3, chain.end("weir.samples", 3).orElseThrow().offset());
  }

  @Test
  void oldSamplesThatCameLateStayUntilWhatIsBeforeThemGoes() {
    ChainPublisher chain =
        new ChainPublisher(store, new BlockCache(0), directory.resolve("work"), clock);
    for (Duration age : List.of(Duration.ZERO, Duration.ofDays(14), Duration.ZERO)) {
      publish(chain, clock.instant().minus(age).toEpochMilli());
    }
    clock.advance(Duration.ofDays(2));
    // The second is past retention; deleted now it would leave a hole in the chain.
    assertEquals(0, run());
    clock.advance(Duration.ofDays(14));
    assertEquals(2, run());
    assertEquals(List.of(link(20)), names());
  }

  /// A link of ten records with one sample.
  private void publish(ChainPublisher chain, long timestampMillis) {
    long first = chain.end("weir.samples", 3).map(ChainPublisher.End::offset).orElse(0L);
    PartitionHead head = new PartitionHead(first);
    Layout layout = SampleLog.layout(Tenant.DEFAULT, 1, 1);
    Row row = SampleLog.row(layout, timestampMillis, 1);
    head.append(first, SampleLog.group(Tenant.DEFAULT, 1), layout, List.of(row), 0);
    head.advance(first + 10, clock.millis());
    chain.append("weir.samples", 3, head.freeze(first, first + 10), List.of());
  }

  @Test
  void whatWasImportedGoesWhenItIsOldEnough() {
    Path file = directory.resolve("import.block");
    SeriesMeta up = new SeriesMeta(Labels.of("__name__", "up"), MetricType.GAUGE);
    try (BlockWriter block =
        new BlockWriter(
            file,
            BlockWriter.Description.imported(List.of(), clock.millis()),
            BlockWriter.Options.SMALL)) {
      block.add(
          new GroupKey(PartitionKey.of(Tenant.DEFAULT, up.labels()), "", Slice.WHOLE),
          List.of(up),
          new GroupSamples(
              new long[] {clock.millis()},
              List.of(GroupSamples.Column.ofValues(new double[] {1}))));
      block.finish();
    }
    BlockName name = new BlockName.Imported(Tenant.DEFAULT, "0".repeat(32), 0);
    store.publish(name.path(), file);
    clock.advance(Duration.ofDays(15));
    assertEquals(0, run());
    assertEquals(List.of(name.path()), names());
    clock.advance(Duration.ofMillis(1));
    assertEquals(1, run());
    assertEquals(List.of(), names());
  }

  private static RetentionSettings size(long all, long ofTenant) {
    Duration time = Duration.ofDays(15);
    return new RetentionSettings(time, all, _ -> new RetentionSettings.OfTenant(time, ofTenant));
  }

  @Test
  void whereAllTakeTooMuchTheOldestGoAndTheLastLinkNever() {
    ChainPublisher chain =
        new ChainPublisher(store, new BlockCache(0), directory.resolve("work"), clock);
    for (int day = 0; day < 4; day++) {
      publish(chain, clock.millis());
      clock.advance(Duration.ofDays(1));
    }
    long all = store.list("").stream().mapToLong(StoredBlock::sizeBytes).sum();
    assertEquals(List.of(), run(size(all, 0)));
    assertEquals(List.of(link(0)), run(size(all - 1, 0)));
    assertEquals(List.of(link(10), link(20)), run(size(1, 0)));
    assertEquals(List.of(), run(size(1, 0)));
    assertEquals(List.of(link(30)), names());
  }

  @Test
  void oldSamplesThatCameLateDoNotMakeAHoleWhereSpaceIsShort() {
    ChainPublisher chain =
        new ChainPublisher(store, new BlockCache(0), directory.resolve("work"), clock);
    for (Duration age : List.of(Duration.ZERO, Duration.ofDays(14), Duration.ZERO)) {
      publish(chain, clock.instant().minus(age).toEpochMilli());
    }
    long all = store.list("").stream().mapToLong(StoredBlock::sizeBytes).sum();
    // The second has the oldest samples, but the first is where the chain begins.
    assertEquals(List.of(link(0)), run(size(all - 1, 0)));
  }

  /// A merged block of a tenant.
  private String merged(Tenant tenant, long first, long end, long timestampMillis) {
    Path file = directory.resolve("merged.block");
    SeriesMeta up = new SeriesMeta(Labels.of("__name__", "up"), MetricType.GAUGE);
    try (BlockWriter block =
        new BlockWriter(
            file,
            new BlockWriter.Description(
                1,
                clock.millis(),
                List.of(new OffsetRange("weir.samples", 3, first, end)),
                List.of()),
            BlockWriter.Options.SMALL)) {
      block.add(
          new GroupKey(PartitionKey.of(tenant, up.labels()), "", Slice.WHOLE),
          List.of(up),
          new GroupSamples(
              new long[] {timestampMillis},
              List.of(GroupSamples.Column.ofValues(new double[] {1}))));
      block.finish();
    }
    String name = new BlockName.Compacted(tenant, "weir.samples", 3, 1, first).path();
    store.publish(name, file);
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return name;
  }

  @Test
  void aTenantsSamplesMayGoEarlierThanThoseOfOthers() {
    Tenant brief = new Tenant("brief");
    long now = clock.millis();
    long day = Duration.ofDays(1).toMillis();
    final String first = merged(brief, 0, 100, now - 3 * day);
    final String second = merged(brief, 100, 200, now - day);
    merged(Tenant.DEFAULT, 0, 50, now - 3 * day);
    merged(Tenant.DEFAULT, 100, 150, now - day);
    RetentionSettings settings =
        new RetentionSettings(
            Duration.ofDays(15),
            0,
            tenant ->
                new RetentionSettings.OfTenant(Duration.ofDays(tenant.equals(brief) ? 2 : 15), 0));
    // Offsets 50 to 100 would be in no block.
    assertEquals(List.of(), run(settings));
    merged(new Tenant("other"), 40, 100, now);
    assertEquals(List.of(first), run(settings));
    clock.advance(Duration.ofDays(2));
    assertEquals(List.of(second), run(settings));
    assertEquals(3, names().size());
  }

  /// Else what is after a block that stays would look as if it were lost.
  @Test
  void aTenantsBlocksGoFromItsStartAlone() {
    Tenant brief = new Tenant("brief");
    long now = clock.millis();
    long day = Duration.ofDays(1).toMillis();
    final String first = merged(brief, 50, 100, now - 3 * day);
    final String second = merged(brief, 100, 200, now - 4 * day);
    merged(brief, 200, 300, now);
    merged(Tenant.DEFAULT, 0, 50, now);
    merged(Tenant.DEFAULT, 100, 300, now);
    RetentionSettings settings =
        new RetentionSettings(
            Duration.ofDays(15),
            0,
            tenant ->
                new RetentionSettings.OfTenant(Duration.ofDays(tenant.equals(brief) ? 2 : 15), 0));
    // The first would leave a hole.
    assertEquals(List.of(), run(settings));
    merged(Tenant.DEFAULT, 50, 100, now);
    assertEquals(List.of(first, second), run(settings));
  }

  @Test
  void aTenantsBlocksTakeNoMoreThanTheyMay() {
    Tenant large = new Tenant("large");
    long now = clock.millis();
    final String first = merged(large, 0, 100, now - 2_000);
    final String second = merged(large, 100, 200, now - 1_000);
    merged(large, 200, 300, now);
    merged(Tenant.DEFAULT, 0, 300, now);
    List<Long> sizes = store.list("tenants/large/").stream().map(StoredBlock::sizeBytes).toList();
    long all = sizes.stream().mapToLong(Long::longValue).sum();
    assertEquals(List.of(), run(size(0, all)));
    assertEquals(List.of(first, second), run(size(0, all - sizes.getFirst() - 1)));
  }

  @Test
  void ofTwoTenantsTheOldestBlocksGoWhereAllTakeTooMuch() {
    Tenant other = new Tenant("other");
    long now = clock.millis();
    long day = Duration.ofDays(1).toMillis();
    final String first = merged(Tenant.DEFAULT, 0, 100, now - 6 * day);
    final String second = merged(other, 0, 100, now - 5 * day);
    final String third = merged(other, 100, 200, now - 4 * day);
    final String fourth = merged(Tenant.DEFAULT, 100, 200, now - 3 * day);
    final String fifth = merged(other, 200, 300, now - 2 * day);
    final String sixth = merged(Tenant.DEFAULT, 200, 300, now - day);
    assertEquals(List.of(), run(size(bytes(""), 0)));
    assertEquals(List.of(first), run(size(bytes("") - 1, 0)));
    // One tenant's blocks do not wait for the other's.
    assertEquals(List.of(second, third, fourth), run(size(bytes(fifth) + bytes(sixth), 0)));
    assertEquals(2, names().size());
  }

  private long bytes(String prefix) {
    return store.list(prefix).stream().mapToLong(StoredBlock::sizeBytes).sum();
  }

  @Test
  void aBlockOfImportsStaysUntilWhatItIsMadeOfIsGone() {
    long now = clock.millis();
    String old = imported(0, 1, now - Duration.ofDays(20).toMillis(), List.of());
    String young = imported(1, 1, now, List.of());
    // Emptied of all that was older, by a deletion.
    String merged = imported(0, 2, now - Duration.ofDays(16).toMillis(), List.of(old, young));
    assertEquals(List.of(old), run(size(1 << 30, 0)));
    assertEquals(List.of(), run(size(1, 1)));
    store.delete(young);
    assertEquals(List.of(merged), run(size(1 << 30, 0)));
  }

  /// An imported block with one sample.
  private String imported(int number, int level, long timestampMillis, List<String> sources) {
    Path file = directory.resolve("imported.block");
    SeriesMeta up = new SeriesMeta(Labels.of("__name__", "up"), MetricType.GAUGE);
    try (BlockWriter block =
        new BlockWriter(
            file,
            new BlockWriter.Description(level, clock.millis(), List.of(), sources),
            BlockWriter.Options.SMALL)) {
      block.add(
          new GroupKey(PartitionKey.of(Tenant.DEFAULT, up.labels()), "", Slice.WHOLE),
          List.of(up),
          new GroupSamples(
              new long[] {timestampMillis},
              List.of(GroupSamples.Column.ofValues(new double[] {1}))));
      block.finish();
    }
    String name = new BlockName.Imported(Tenant.DEFAULT, "0".repeat(32), number, level).path();
    store.publish(name, file);
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return name;
  }

  @Test
  void whatSaysThatAnImportIsWholeStaysWithWhatCameOfIt() throws IOException {
    long now = clock.millis();
    long day = Duration.ofDays(1).toMillis();
    final String old = imported(0, 1, now - 20 * day, List.of());
    final String young = imported(1, 1, now - 10 * day, List.of());
    String end = importEnd(2, List.of("prometheus/01K7A", old, young));
    RetentionSettings brief =
        new RetentionSettings(
            Duration.ofDays(15),
            0,
            tenant ->
                new RetentionSettings.OfTenant(
                    tenant.equals(Tenant.DEFAULT) ? Duration.ofDays(15) : Duration.ofMinutes(1),
                    0));
    merged(new Tenant("brief"), 0, 100, now);
    assertEquals(List.of(old), run(brief));
    // Merged with another: then that is what came of it.
    String merged = imported(0, 2, now - 9 * day, List.of(young));
    store.delete(young);
    clock.advance(Duration.ofDays(6));
    assertEquals(List.of(), run(RetentionSettings.of(Duration.ofDays(15))));
    clock.advance(Duration.ofMillis(1));
    assertEquals(List.of(merged, end), run(RetentionSettings.of(Duration.ofDays(15))));
  }

  @Test
  void whatSaysThatAnImportIsWholeWaitsForABlockThatCannotBeOpened() throws IOException {
    Path damaged = directory.resolve("damaged.block");
    Files.write(damaged, new byte[100]);
    String name = new BlockName.Imported(Tenant.DEFAULT, "0".repeat(32), 0, 1).path();
    store.publish(name, damaged);
    importEnd(1, List.of("prometheus/01K7A", name));
    clock.advance(Duration.ofDays(1_000));
    assertEquals(0, run());
  }

  @Test
  void anImportOfNothingIsRememberedAsLongAsSamplesAre() throws IOException {
    String end = importEnd(0, List.of("prometheus/01K7A"));
    clock.advance(Duration.ofDays(15));
    assertEquals(0, run());
    clock.advance(Duration.ofMillis(1));
    assertEquals(List.of(end), run(RetentionSettings.of(Duration.ofDays(15))));
  }

  /// The last block of an import.
  private String importEnd(int number, List<String> sources) throws IOException {
    Path file = directory.resolve("end.block");
    try (BlockWriter block =
        new BlockWriter(
            file,
            BlockWriter.Description.imported(sources, clock.millis()),
            BlockWriter.Options.SMALL)) {
      block.finish();
    }
    String name = new BlockName.Imported(Tenant.DEFAULT, "0".repeat(32), number).path();
    store.publish(name, file);
    Files.delete(file);
    return name;
  }

  @Test
  void leavesADamagedBlockToPeople() throws IOException {
    Path damaged = directory.resolve("damaged.block");
    Files.write(damaged, new byte[100]);
    store.publish(new BlockName.Compacted(Tenant.DEFAULT, "weir.samples", 3, 1, 0).path(), damaged);
    store.publish(link(0), damaged);
    store.publish(link(9), damaged);
    clock.advance(Duration.ofDays(1_000));
    assertEquals(0, run());
    assertEquals(3, names().size());
  }

  /// Publishes an empty slice.
  private void publishSlice(Resolution resolution, Tenant tenant, String end) throws IOException {
    long slice = resolution.sliceOf(Instant.parse(end).toEpochMilli());
    SliceSources sources =
        new SliceSources(
            tenant,
            resolution,
            slice,
            List.of(),
            List.of("%s/%08d".formatted(resolution.text(), slice)));
    Path file = Files.createTempFile(directory, "slice", "");
    Files.delete(file);
    try (BlockWriter writer =
        new BlockWriter(file, sources.description(0), BlockWriter.Options.SMALL)) {
      writer.keep(tenant);
      writer.finish();
    }
    store.publish(sources.name(0, 1).path(), file);
  }

  @Test
  void windowsStayAsLongAsTheirResolutionIsKept() throws IOException {
    Tenant brief = new Tenant("brief");
    for (Tenant tenant : List.of(Tenant.DEFAULT, brief)) {
      publishSlice(Resolution.FIVE_MINUTES, tenant, "2026-02-20T00:00:00Z");
      publishSlice(Resolution.FIVE_MINUTES, tenant, "2026-01-20T00:00:00Z");
      publishSlice(Resolution.ONE_HOUR, tenant, "2026-01-20T00:00:00Z");
    }
    Duration samples = Duration.ofDays(15);
    RetentionSettings settings =
        new RetentionSettings(
            samples,
            0,
            tenant ->
                tenant.equals(brief)
                    ? new RetentionSettings.OfTenant(Duration.ofDays(2), 0)
                    : new RetentionSettings.OfTenant(
                        samples, 0, Duration.ofDays(30), Duration.ofDays(365)));
    assertEquals(4, run(settings).size());
    assertEquals(
        List.of("5m", "1h"),
        names().stream()
            .map(name -> ((BlockName.Downsampled) BlockName.parse(name).orElseThrow()))
            .filter(name -> name.tenant().equals(Tenant.DEFAULT))
            .map(name -> name.resolution().text())
            .sorted(Comparator.reverseOrder())
            .toList());
    // The oldest go first where all are too many.
    RetentionSettings small =
        new RetentionSettings(
            samples,
            1,
            _ -> new RetentionSettings.OfTenant(samples, 0, samples, Duration.ofDays(365)));
    assertEquals(2, run(small).size());
  }

  @Test
  void aPartitionThatIsNoLongerWrittenToKeepsNoWindows() throws IOException {
    ChainPublisher chain =
        new ChainPublisher(store, new BlockCache(0), directory.resolve("work"), clock);
    publish(chain, Instant.parse("2025-11-20T00:00:00Z").toEpochMilli());
    publishSlice(Resolution.ONE_HOUR, Tenant.DEFAULT, "2026-01-20T00:00:00Z");
    Duration year = Duration.ofDays(365);
    RetentionSettings small =
        new RetentionSettings(year, 1, _ -> new RetentionSettings.OfTenant(year, 0));
    assertEquals(1, run(small).size());
    assertEquals(List.of(link(0)), names());
  }

  /// The configuration warns of what it cannot see from here: how much time a slice has.
  @Test
  void windowsAreWarnedOfUnlessTheirSliceIsMadeBeforeSamplesGo() {
    for (Resolution resolution : Resolution.values()) {
      Duration least = Duration.ofMillis(resolution.sliceMillis()).plusDays(2);
      assertEquals(0, warnings(resolution, least), resolution.text());
      assertEquals(1, warnings(resolution, least.minusSeconds(1)), resolution.text());
    }
  }

  private static int warnings(Resolution resolution, Duration retention) {
    return WeirConfig.of(
            "weir.yml",
            "storage: {retention: %ds, retention_%s: 5y}"
                .formatted(retention.toSeconds(), resolution.text()))
        .warnings()
        .size();
  }
}
