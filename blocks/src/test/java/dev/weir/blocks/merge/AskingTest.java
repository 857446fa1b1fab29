package dev.weir.blocks.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.ForwardingSource;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class AskingTest {
  /// A source behind a network: helpers ask it, and the thread that wants the answers waits.
  private record Remote(SeriesSource source) implements ForwardingSource {
    @Override
    public GroupCursor select(
        Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
      return source.select(tenant, matchers, range, hints);
    }

    @Override
    public boolean isRemote() {
      return true;
    }
  }

  /// Whoever waits wakes up at the very moment in which the failure becomes known: often.
  @Test
  void aFailureIsToldAsItIsWhoeverMeetsIt() {
    WeirException.Unavailable away =
        new WeirException.Unavailable("object store s3://metrics: read failed");
    Remote remote = new Remote(new MergedSeriesSource(List.of()));
    try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
      for (int i = 0; i < 3_000; i++) {
        Asking<String> asking =
            new Asking<>(
                List.of(remote, remote, remote),
                _ -> {
                  throw away;
                },
                executor,
                3);
        assertEquals(away, assertThrows(WeirException.class, asking::answers), "attempt " + i);
      }
    }
  }
}
