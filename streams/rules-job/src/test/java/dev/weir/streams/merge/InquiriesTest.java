package dev.weir.streams.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.query.Answer;
import dev.weir.streams.query.Answers;
import dev.weir.streams.query.InstantQueries;
import dev.weir.streams.query.Question;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class InquiriesTest {
  private static final GroupId GROUP = new GroupId(Tenant.DEFAULT, "slo.yml", "slo");
  private static final long T = 1_700_000_000_000L;
  private static final Question ERRORS = new Question("sum(errors_total)", T);
  private static final Question INSTANCES = new Question("count(up)", T);
  private static final Answer NONE = new Answer.Values(List.of(), true);

  private final KeyValueStore<Bytes, byte[]> store = Stores.inMemoryKeyValueStore("answers").get();
  private final InstantQueries nobody = (_, _) -> new CompletableFuture<>();
  private final Inquiries inquiries =
      new Inquiries(store, Optional.of(nobody), Duration.ofSeconds(15));

  private Optional<Map<Question, Answer>> answers() {
    return inquiries.answers(GROUP, T, Set.of(ERRORS));
  }

  @Test
  void anEvaluationWaitsForWhatItFoundThatItNeedsBesides() {
    inquiries.take(new Answers(GROUP, T, Map.of(ERRORS, NONE)));
    assertEquals(Optional.of(Map.of(ERRORS, NONE)), answers());
    inquiries.askBesides(GROUP, T, Set.of(INSTANCES), Long.MAX_VALUE);
    assertEquals(Optional.empty(), answers());
    inquiries.take(new Answers(GROUP, T, Map.of(INSTANCES, NONE)));
    assertEquals(Optional.of(Map.of(ERRORS, NONE, INSTANCES, NONE)), answers());
  }

  @Test
  void whatHasTakenPlaceWaitsForNothing() {
    inquiries.askBesides(GROUP, T, Set.of(INSTANCES), Long.MAX_VALUE);
    inquiries.done(GROUP, T);
    inquiries.take(new Answers(GROUP, T, Map.of(ERRORS, NONE)));
    assertEquals(Optional.of(Map.of(ERRORS, NONE)), answers());
  }

  @Test
  void queriesOfTemplatesAreCountedWithoutThoseOfRules() {
    Map<Question, Answer> known = new HashMap<>();
    for (int i = 0; i < 2 * TemplateAnswers.MAX_QUERIES; i++) {
      known.put(new Question("slo_%d".formatted(i), T), NONE);
    }
    TemplateAnswers templates = new TemplateAnswers(known, T);
    for (int i = 0; i < TemplateAnswers.MAX_QUERIES; i++) {
      templates.query("count(up{shard=\"%d\"})".formatted(i));
    }
    templates.query("count(up{shard=\"0\"})");
    assertEquals(TemplateAnswers.MAX_QUERIES, templates.missing().size());
    assertThrows(WeirException.LimitExceeded.class, () -> templates.query("count(up)"));
  }
}
