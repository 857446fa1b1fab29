package dev.weir.history.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.ForwardingBlockStore;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.history.History;
import dev.weir.history.range.SliceEvaluator.Purpose;
import dev.weir.history.store.HistoryStore;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.query.EngineSettings;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Blocks that a sink merges into others and deletes while a slice is read.
class GoneBlocksTest {
  private static final String RULES =
      "groups: [{name: hosts, interval: 1m, rules: [{alert: Down, expr: up == 0, for: 1m}]}]";

  @TempDir private Path directory = Path.of("");

  /// A store of which some reads find the block gone.
  private static final class Leaving implements ForwardingBlockStore {
    private final BlockStore store;
    private int gone;
    private int listings;

    Leaving(BlockStore store) {
      this.store = store;
    }

    @Override
    public List<StoredBlock> list(String prefix) {
      listings++;
      return store.list(prefix);
    }

    @Override
    public byte[] read(String name, long offset, int length) {
      if (gone > 0) {
        gone--;
        throw new WeirException.Unavailable(name + " is gone");
      }
      return store.read(name, offset, length);
    }

    @Override
    public BlockStore store() {
      return store;
    }
  }

  private record Opening(Leaving leaving, Path work) implements HistoryStore {
    @Override
    public Opened open() {
      return Opened.of(leaving);
    }

    @Override
    public Path workDirectory() {
      return work;
    }
  }

  private List<TaskOutcome> worked(Leaving store, int gone) {
    History history = new History(7, 150);
    HistoryPlan plan =
        HistoryPlan.of(
            Purpose.BACKTEST,
            new Opening(store, directory.resolve("work")),
            HistorySettings.of(
                Tenant.DEFAULT, EngineSettings.DEFAULT, List.of(), Map.of(), "http://weir"),
            RuleFile.parse("rules.yml", RULES, RuleFileSettings.DEFAULT).groups(),
            history.range());
    List<TaskOutcome> outcomes = new ArrayList<>();
    try (TaskWorker worker = new TaskWorker(plan, Optional.empty())) {
      store.gone = gone;
      plan.tasks().forEach(task -> worker.work(task, outcomes::add));
    }
    return outcomes;
  }

  private static List<List<Integer>> contents(List<TaskOutcome> outcomes) {
    return outcomes.stream()
        .filter(TaskOutcome::hasElements)
        .map(outcome -> {
          List<Integer> bytes = new ArrayList<>();
          for (byte one : outcome.content()) {
            bytes.add((int) one);
          }
          return bytes;
        })
        .toList();
  }

  @Test
  void aBlockThatIsGoneIsLookedForInANewListing() {
    LocalBlockStore blocks = new LocalBlockStore(directory.resolve("blocks"));
    new History(7, 150).writeTo(blocks);
    List<List<Integer>> expected = contents(worked(new Leaving(blocks), 0));
    assertTrue(!expected.isEmpty(), "it finds something");
    Leaving leaving = new Leaving(blocks);
    assertEquals(expected, contents(worked(leaving, 2)));
    assertTrue(leaving.listings > 2, () -> leaving.listings + " listings");
  }

  @Test
  void aStoreThatDoesNotAnswerIsGivenUp() {
    LocalBlockStore blocks = new LocalBlockStore(directory.resolve("blocks"));
    new History(7, 150).writeTo(blocks);
    assertThrows(
        WeirException.Unavailable.class, () -> worked(new Leaving(blocks), Integer.MAX_VALUE));
  }
}
