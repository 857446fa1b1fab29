package dev.weir.rules.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.rules.alert.SilentTargets.Target;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SilentTargetsTest {
  private static final SilentTargets NODE =
      SilentTargets.of(List.of(new Target("node", "db-1:9100")));

  @Test
  void hidesWhatNamesNoOtherTarget() {
    assertTrue(
        NODE.mayHide(Labels.of("alertname", "DiskFull", "job", "node", "instance", "db-1:9100")));
    assertTrue(NODE.mayHide(Labels.of("alertname", "NodesSlow", "job", "node")));
    assertTrue(NODE.mayHide(Labels.of("alertname", "Everything")));
    assertFalse(NODE.mayHide(Labels.of("job", "node", "instance", "db-2:9100")));
    assertFalse(NODE.mayHide(Labels.of("job", "api")));
    assertFalse(SilentTargets.NONE.mayHide(Labels.EMPTY));
  }

  @Test
  void jobAndInstanceAreOfOneTarget() {
    SilentTargets two =
        SilentTargets.of(List.of(new Target("node", "db-1:9100"), new Target("api", "web-1:80")));
    assertFalse(two.mayHide(Labels.of("job", "node", "instance", "web-1:80")));
  }

  @Test
  void tooManyAreNotNamedAndMayHideAnything() {
    List<Target> many =
        IntStream.range(0, SilentTargets.MAX_NAMED + 1)
            .mapToObj(i -> new Target("node", "db-" + i))
            .toList();
    SilentTargets named = SilentTargets.of(many.subList(0, SilentTargets.MAX_NAMED));
    assertFalse(named.more());
    SilentTargets all = SilentTargets.of(many);
    assertEquals(SilentTargets.MAX_NAMED, all.named().size());
    assertTrue(all.more());
    assertTrue(all.mayHide(Labels.of("job", "api", "instance", "web-1:80")));
    assertEquals(all, named.and(SilentTargets.of(many)));
    assertEquals(all, named.and(SilentTargets.of(many.subList(50, many.size()))));
    assertSame(named, named.and(SilentTargets.NONE));
  }
}
