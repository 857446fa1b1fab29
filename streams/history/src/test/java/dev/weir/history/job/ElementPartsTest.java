package dev.weir.history.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.history.job.TaskOutcome.Kind;
import dev.weir.history.plan.PlannedRule;
import dev.weir.history.range.SliceEvaluator.RuleSlice;
import dev.weir.history.range.StepValues;
import dev.weir.history.range.Steps;
import dev.weir.model.Labels;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ElementPartsTest {
  private static final int STEPS = 1_440;

  private static final RuleGroup GROUP =
      RuleFile.parse(
              "rules.yml",
              "groups: [{name: hosts, query_offset: 1m, rules: [{alert: Down, expr: up == 0}]}]",
              RuleFileSettings.DEFAULT)
          .groups()
          .getFirst();

  private static RuleSlice slice(int series) {
    StepValues values = new StepValues(new Steps(0, 60_000, STEPS));
    for (int i = 0; i < series; i++) {
      Labels labels = Labels.of("job", "node", "instance", "host-" + i);
      for (int step = i % 7; step < STEPS; step++) {
        values.set(labels, step, i + step, null);
      }
    }
    values.fail(700, "too many series");
    return new RuleSlice(new PlannedRule(0, GROUP, 0, 0), values);
  }

  private static List<TaskOutcome> said(RuleSlice slice) {
    List<TaskOutcome> parts = new ArrayList<>();
    assertEquals(TaskWorker.elements(slice, 5, parts::add), parts.size());
    return parts;
  }

  @Test
  void aLargeSliceTravelsInPartsThatAreTheSliceTogether() {
    RuleSlice slice = slice(1_500);
    List<TaskOutcome> parts = said(slice);
    assertTrue(parts.size() > 3, () -> parts.size() + " parts");
    StepValues all = new StepValues(slice.evaluations());
    for (TaskOutcome part : parts) {
      assertEquals(part.equals(parts.getLast()) ? Kind.ELEMENTS : Kind.PART, part.kindOf());
      assertTrue(part.content().length < 2 * TaskWorker.PART_BYTES, "it is not large");
      StepValues some = part.read(OutcomeCodec::readElements);
      int first = all.steps().from(some.steps().firstMillis());
      some.failed().forEach((step, reason) -> all.fail(first + step, reason));
      for (int step = 0; step < some.steps().count(); step++) {
        for (var sample : some.at(step)) {
          all.set(sample.labels(), first + step, sample.value(), null);
        }
      }
    }
    assertEquals(slice.values().failed(), all.failed());
    assertEquals(slice.values().series().keySet(), all.series().keySet());
    for (int step = 0; step < STEPS; step++) {
      assertEquals(slice.values().at(step), all.at(step), "at step " + step);
    }
  }

  @Test
  void aSmallSliceTravelsInOnePiece() {
    List<TaskOutcome> parts = said(slice(2));
    assertEquals(1, parts.size());
    assertEquals(Kind.ELEMENTS, parts.getFirst().kindOf());
  }
}
