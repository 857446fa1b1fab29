package dev.weir.schemas.publish;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.AbsentValue;
import dev.weir.model.Exemplar;
import dev.weir.model.GroupKey;
import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.NativeHistogram;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RowAssemblerTest {
  private static final long T = 1_700_000_000_000L;

  private Instant now = Instant.ofEpochMilli(T);
  private final PushedSeries pushed = pushed((_, _) -> {});

  private PushedSeries pushed(PushedSeries.Admission admission) {
    return new PushedSeries(Tenant.DEFAULT, () -> now, PushedSeries.Settings.DEFAULT, admission);
  }

  @Test
  void samplesOfOneGroupAndTimestampBecomeOneRow() {
    RowAssembler rows = pushed.assembler();
    rows.add(pushed.of(cpu("db-1:9100", 1)), T, 10);
    rows.add(pushed.of(cpu("db-2:9100", 0)), T, 20);
    rows.add(pushed.of(cpu("db-1:9100", 0)), T, 30);
    rows.add(pushed.of(cpu("db-1:9100", 0)), T - 15_000, 29);
    List<GroupRows> groups = rows.finish();

    assertEquals(2, groups.size());
    GroupRows first = groups.getFirst();
    assertEquals(
        new GroupKey(
            new PartitionKey.OfTarget(Tenant.DEFAULT, "node", "db-1:9100"), "", Slice.WHOLE),
        first.group());
    assertEquals(List.of(cpu("db-1:9100", 0), cpu("db-1:9100", 1)), first.layout().series());
    assertEquals(
        List.of(
            Row.whole(T - 15_000, new double[] {29, AbsentValue.VALUE}),
            Row.whole(T, new double[] {30, 10})),
        first.rows());
    assertEquals(List.of(Row.whole(T, new double[] {20})), groups.get(1).rows());
  }

  @Test
  void aRowWithFewOfTheSeriesIsPartial() {
    for (int cpu = 0; cpu < 100; cpu++) {
      pushed.of(cpu("db-1:9100", cpu));
    }
    RowAssembler rows = pushed.assembler();
    rows.add(pushed.of(cpu("db-1:9100", 70)), T, 70);
    rows.add(pushed.of(cpu("db-1:9100", 7)), T, 7);
    Row row = rows.finish().getFirst().rows().getFirst();
    assertArrayEquals(new int[] {7, 70}, row.columns());
    assertArrayEquals(new double[] {7, 70}, row.values());
  }

  @Test
  void theFirstOfTwoSamplesCounts() {
    RowAssembler rows = pushed.assembler();
    rows.add(pushed.of(cpu("db-1:9100", 0)), T, 1);
    rows.add(pushed.of(cpu("db-1:9100", 0)), T, 2);
    assertEquals(List.of(Row.whole(T, new double[] {1})), rows.finish().getFirst().rows());
    assertEquals(1, rows.duplicates());
  }

  @Test
  void histogramsExemplarsAndStartTimestampsStandInTheirColumns() {
    NativeHistogram histogram =
        new NativeHistogram(
            NativeHistogram.ResetHint.UNKNOWN,
            3,
            0x1p-128,
            0,
            7,
            12.5,
            new NativeHistogram.Buckets(new int[] {0}, new int[] {2}, new double[] {3, 4}),
            NativeHistogram.Buckets.NONE,
            new double[0]);
    Exemplar exemplar = new Exemplar(Labels.of("trace_id", "8e1a"), 0.67, OptionalLong.of(T - 3));
    RowAssembler rows = pushed.assembler();
    rows.add(pushed.of(cpu("db-1:9100", 1)), T, histogram);
    rows.add(pushed.of(cpu("db-1:9100", 0)), T, 5);
    rows.addExemplar(pushed.of(cpu("db-1:9100", 1)), T, exemplar);
    rows.addStartTimestamp(pushed.of(cpu("db-1:9100", 0)), T, T - 60_000);
    assertEquals(
        List.of(
            new Row(
                T,
                null,
                new double[] {5, AbsentValue.VALUE},
                new Row.Histograms(new int[] {1}, new NativeHistogram[] {histogram}),
                new Row.StartTimestamps(new int[] {0}, new long[] {T - 60_000}),
                List.of(new Row.ColumnExemplar(1, exemplar)))),
        rows.finish().getFirst().rows());
  }

  @Property(tries = 15)
  void keepsEverySampleWhateverTheOrder(@ForAll long seed) {
    Random random = new Random(seed);
    PushedSeries series = pushed((_, _) -> {});
    Map<Labels, Map<Long, Double>> expected = new HashMap<>();
    Map<Labels, Map<Long, Double>> actual = new HashMap<>();
    for (int request = 0; request < 4; request++) {
      RowAssembler rows = series.assembler();
      for (int i = 0; i < 1500; i++) {
        SeriesMeta meta = cpu("db-%d:9100".formatted(random.nextInt(2)), random.nextInt(3000));
        long timestamp = T + 1000L * request + random.nextInt(2);
        double value = random.nextInt(100);
        Hash128 key = meta.labels().hash128();
        PushedSeries.Series found = rows.find(key);
        rows.add(found == null ? series.of(meta, key) : found, timestamp, value);
        expected.computeIfAbsent(meta.labels(), _ -> new TreeMap<>()).putIfAbsent(timestamp, value);
      }
      rows.finish().forEach(group -> collect(group, actual));
    }
    assertEquals(expected, actual);
  }

  private static void collect(GroupRows group, Map<Labels, Map<Long, Double>> samples) {
    for (Row row : group.rows()) {
      row.checkFits(group.layout().size());
      int[] columns = row.columns();
      for (int i = 0; i < row.values().length; i++) {
        if (!AbsentValue.is(row.values()[i])) {
          Labels labels = group.layout().series().get(columns == null ? i : columns[i]).labels();
          assertEquals(PartitionKey.of(Tenant.DEFAULT, labels), group.group().partitionKey());
          Double other =
              samples
                  .computeIfAbsent(labels, _ -> new TreeMap<>())
                  .put(row.timestampMillis(), row.values()[i]);
          assertNull(other, () -> "two samples of " + labels);
        }
      }
    }
  }

  @Test
  void aSliceThatOutgrowsItsBoundSplits() {
    for (int cpu = 0; cpu < 5000; cpu++) {
      pushed.of(cpu("db-1:9100", cpu));
    }
    RowAssembler rows = pushed.assembler();
    for (int cpu = 0; cpu < 5000; cpu++) {
      rows.add(pushed.of(cpu("db-1:9100", cpu)), T, cpu);
    }
    List<GroupRows> groups = rows.finish();
    assertTrue(groups.size() >= 3);
    for (GroupRows group : groups) {
      assertTrue(group.layout().size() <= Slice.MAX_SERIES);
      assertTrue(group.rows().getFirst().isWhole());
    }
  }

  @Test
  void forgetsSeriesThatWereSilent() {
    Hash128 idle = new Hash128(1, 1);
    Hash128 active = new Hash128(2, 2);
    pushed.of(cpu("db-1:9100", 0), idle);
    pushed.of(cpu("db-1:9100", 1), active);
    for (int minute = 0; minute < 45; minute++) {
      now = now.plus(Duration.ofMinutes(1));
      assertNotNull(pushed.assembler().find(active));
    }
    assertNull(pushed.assembler().find(idle));
    assertEquals(1, pushed.size());
    RowAssembler rows = pushed.assembler();
    rows.add(pushed.of(cpu("db-1:9100", 1)), T, 1);
    assertEquals(1, rows.finish().getFirst().layout().size());
  }

  @Test
  void whatFollowedTheLastTimeIsOnlyAGuess() {
    Hash128[] keys = new Hash128[4];
    PushedSeries.Series[] known = new PushedSeries.Series[keys.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = new Hash128(7, i);
      known[i] = pushed.of(cpu("db-1:9100", i), keys[i]);
    }
    for (int[] order : new int[][] {{0, 1, 2, 3}, {0, 1, 2, 3}, {0, 2, 1, 3}, {0, 0, 3}, {3, 0}}) {
      RowAssembler rows = pushed.assembler();
      for (int i : order) {
        assertSame(known[i], rows.find(keys[i]));
      }
    }
  }

  @Test
  void aSeriesThatWasForgottenIsNotGuessed() {
    Hash128 active = new Hash128(1, 1);
    Hash128 idle = new Hash128(2, 2);
    pushed.of(cpu("db-1:9100", 0), active);
    PushedSeries.Series forgotten = pushed.of(cpu("db-1:9100", 1), idle);
    RowAssembler before = pushed.assembler();
    before.find(active);
    assertSame(forgotten, before.find(idle));
    for (int minute = 0; minute < 45; minute++) {
      now = now.plus(Duration.ofMinutes(1));
      assertNotNull(pushed.assembler().find(active));
    }
    RowAssembler rows = pushed.assembler();
    rows.find(active);
    assertNull(rows.find(idle));
    assertNotSame(forgotten, pushed.of(cpu("db-1:9100", 1), idle));
  }

  @Test
  void aSeriesThatSomebodyHoldsGoesWhereItHasMoved() {
    PushedSeries.Series held = pushed.of(cpu("db-1:9100", 0));
    for (int cpu = 1; cpu < 3000; cpu++) {
      pushed.of(cpu("db-1:9100", cpu));
    }
    RowAssembler rows = pushed.assembler();
    rows.add(held, T, 1);
    for (int cpu = 1; cpu < 3000; cpu++) {
      rows.add(pushed.of(cpu("db-1:9100", cpu)), T, 1);
    }
    List<GroupRows> groups = rows.finish();
    assertTrue(groups.stream().noneMatch(group -> group.group().slice().equals(Slice.WHOLE)));
    assertEquals(3000, groups.stream().mapToInt(group -> group.layout().size()).sum());
  }

  @Test
  void whatHasMovedIsNotKept() {
    List<WeakReference<PushedSeries.Series>> first = new ArrayList<>();
    for (int cpu = 0; cpu < 20; cpu++) {
      first.add(new WeakReference<>(pushed.of(cpu("db-1:9100", cpu), new Hash128(9, cpu))));
    }
    for (int churn = 0; churn < 5; churn++) {
      pushed.of(cpu("db-1:9100", 1000 + churn), new Hash128(10, churn));
      for (int minute = 0; minute < 40; minute++) {
        now = now.plus(Duration.ofMinutes(1));
        RowAssembler rows = pushed.assembler();
        for (int cpu = 0; cpu < 20; cpu++) {
          assertNotNull(rows.find(new Hash128(9, cpu)));
        }
      }
    }
    for (int collection = 0; collection < 20; collection++) {
      System.gc();
    }
    assertTrue(first.stream().allMatch(series -> series.get() == null));
  }

  @Test
  void silentSeriesAreForgottenAlsoWhereNothingIsPushed() {
    pushed.of(cpu("db-1:9100", 0));
    assertEquals(1, pushed.size());
    now = now.plus(Duration.ofHours(2));
    assertEquals(0, pushed.size());
  }

  @Test
  void aSeriesThatWasForgottenMeanwhileStillBecomesARow() {
    PushedSeries.Series held = pushed.of(cpu("db-1:9100", 0));
    now = now.plus(Duration.ofHours(2));
    RowAssembler rows = pushed.assembler();
    assertEquals(0, pushed.size());
    rows.add(held, T, 4);
    GroupRows group = rows.finish().getFirst();
    assertEquals(List.of(cpu("db-1:9100", 0)), group.layout().series());
  }

  @Test
  void aTypeThatBecomesKnownChangesTheLayout() {
    Labels labels = cpu("db-1:9100", 0).labels();
    pushed.of(new SeriesMeta(labels, MetricType.UNKNOWN));
    pushed.of(new SeriesMeta(labels, MetricType.COUNTER));
    RowAssembler rows = pushed.assembler();
    rows.add(pushed.of(new SeriesMeta(labels, MetricType.UNKNOWN)), T, 4);
    assertEquals(MetricType.COUNTER, rows.finish().getFirst().layout().series().getFirst().type());
  }

  @Test
  void aSeriesBeyondTheLimitIsRefusedAndTheOthersStay() {
    PushedSeries limited =
        pushed((labels, active) -> {
          if (active >= 1) {
            throw new WeirException.LimitExceeded("tenant has 1 series, no room for " + labels);
          }
        });
    PushedSeries.Series first = limited.of(cpu("db-1:9100", 0));
    assertThrows(WeirException.LimitExceeded.class, () -> limited.of(cpu("db-1:9100", 1)));
    assertEquals(first, limited.of(cpu("db-1:9100", 0)));
    assertEquals(1, limited.size());
  }

  @Test
  void aGroupWithVeryManyRowsComesInSeveralParts() {
    RowAssembler rows = pushed.assembler();
    PushedSeries.Series series = pushed.of(cpu("db-1:9100", 0));
    for (int i = 0; i < 100_000; i++) {
      rows.add(series, T + i, i);
    }
    List<GroupRows> groups = rows.finish();
    assertTrue(groups.size() > 1);
    assertEquals(100_000, groups.stream().mapToInt(group -> group.rows().size()).sum());
    assertFalse(groups.stream().anyMatch(group -> group.rows().isEmpty()));
  }

  private static SeriesMeta cpu(String instance, int cpu) {
    return new SeriesMeta(
        Labels.of(
            Labels.NAME,
            "node_cpu_seconds_total",
            "job",
            "node",
            "instance",
            instance,
            "cpu",
            "%04d".formatted(cpu)),
        MetricType.COUNTER);
  }
}
