package dev.weir.model.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GroupCursorTest {
  private static final Completeness LATE = new Completeness(60_000, List.of("sink-1 is away"));
  private static final Completeness LATER = new Completeness(30_000, List.of("sink-2 is away"));

  private final Closing base = new Closing("node", "api", "db");

  @Test
  void leavesOutTheGroupsThatBecomeNull() {
    assertEquals(
        List.of("api, changed"),
        targets(base.map(group -> group.key().target().equals("api") ? changed(group) : null)));
    assertEquals(List.of(), targets(new Closing("node", "api", "db").map(_ -> null)));
  }

  @Test
  void isNoMoreCompleteThanWhatItIsPartOf() {
    GroupCursor part = base.and(LATER);
    assertEquals(List.of("node", "api", "db"), targets(part));
    assertEquals(
        new Completeness(30_000, List.of("sink-1 is away", "sink-2 is away")), part.completeness());
    assertEquals(LATE, base.map(group -> group).completeness());
  }

  @Test
  void closesTheCursorThatItChanges() {
    GroupCursor changed = base.and(LATER).map(group -> group);
    assertFalse(base.closed);
    changed.close();
    assertTrue(base.closed);
  }

  private static List<String> targets(GroupCursor cursor) {
    List<String> targets = new ArrayList<>();
    for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
      targets.add(group.key().target());
    }
    assertNull(cursor.next());
    return targets;
  }

  private static SeriesGroup changed(SeriesGroup group) {
    return new Empty(group.key().target() + ", changed");
  }

  /// A cursor over groups of some targets that knows whether it was closed.
  private static final class Closing implements GroupCursor {
    private final GroupCursor groups;
    private boolean closed;

    Closing(String... targets) {
      groups = GroupCursor.of(List.of(targets).stream().map(Empty::new).iterator());
    }

    @Override
    public @Nullable SeriesGroup next() {
      return groups.next();
    }

    @Override
    public Completeness completeness() {
      return LATE;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /// A group of one series that has no samples.
  private record Empty(String target) implements SeriesGroup {
    @Override
    public GroupKey key() {
      return new GroupKey(new PartitionKey.Hashed(Tenant.DEFAULT, 0), target, Slice.WHOLE);
    }

    @Override
    public List<SeriesMeta> series() {
      return List.of(new SeriesMeta(Labels.of("__name__", "up"), MetricType.GAUGE));
    }

    @Override
    public GroupSamples read() {
      return new GroupSamples(new long[0], List.of(GroupSamples.Column.ofValues(new double[0])));
    }
  }
}
