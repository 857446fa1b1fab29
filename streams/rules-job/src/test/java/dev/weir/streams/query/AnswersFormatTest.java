package dev.weir.streams.query;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.rules.alert.SilentTargets;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.partial.Partial;
import dev.weir.streams.partial.PartialFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class AnswersFormatTest {
  private static final GroupId GROUP = new GroupId(new Tenant("t"), "f", "g");

  private final AnswersFormat format = new AnswersFormat();

  @Test
  void writesTheExample() {
    assertArrayEquals(
        HexFormat.ofDelimiter(" ").parseHex("01 02 74 02 66 02 67 0a 00"),
        format.write(new Answers(GROUP, 5, Map.of())));
  }

  @Test
  void readsWhatItWrote() {
    Answers answers =
        new Answers(
            GROUP,
            1_700_000_000_000L,
            Map.of(
                new Question("avg_over_time(up[30d])", 1_699_999_970_000L),
                new Answer.Values(
                    List.of(
                        new Sample(Labels.of("job", "web", "instance", "a"), 0.999, null),
                        new Sample(Labels.EMPTY, Double.NEGATIVE_INFINITY, null)),
                    false),
                new Question("up @ 0", 1_700_000_000_000L),
                new Answer.Failed("limit")));
    byte[] bytes = format.write(answers);
    assertTrue(AnswersFormat.isKnown(bytes));
    assertEquals(answers, format.read(bytes));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(WeirException.Corrupt.class, () -> format.read(cut));
    }
  }

  @Test
  void isToldApartFromPartialResults() {
    byte[] partial =
        new PartialFormat()
            .write(
                new Partial(
                    GROUP, Hash128.of(new byte[0]), 5, 0, Map.of(), Map.of(), SilentTargets.NONE),
                _ -> true);
    assertFalse(AnswersFormat.isKnown(partial));
  }

  @Test
  void theLargestFailWhereAllAreTooLarge() {
    Question errors = new Question("errors_total @ 0", 5);
    Question requests = new Question("requests_total @ 0", 5);
    Question up = new Question("up @ 0", 5);
    Answers answers =
        new Answers(
            GROUP,
            5,
            Map.of(errors, values(40), requests, values(200), up, new Answer.Failed("limit")));
    assertEquals(answers, format.fit(answers, 10_000).answers());
    AnswersFormat.Fitting fitting = format.fit(answers, 2_000);
    assertEquals(fitting.answers(), format.read(fitting.bytes()));
    assertEquals(values(40), fitting.answers().byQuestion().get(errors));
    Answer.Failed failed =
        assertInstanceOf(Answer.Failed.class, fitting.answers().byQuestion().get(requests));
    assertTrue(failed.message().endsWith("more than 2000"), failed.message());
  }

  private static Answer values(int series) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < series; i++) {
      samples.add(new Sample(Labels.of("instance", "web-" + i), i, null));
    }
    return new Answer.Values(samples, true);
  }

  @Test
  void aStoreKeepsNoMoreThanARecordHolds() {
    AnswerStore store = new AnswerStore(Stores.inMemoryKeyValueStore("answers").get());
    Map<Question, Answer> known = new HashMap<>();
    String job = "x".repeat(1 << 20);
    for (int i = 0; i < 4; i++) {
      Question question = new Question("up @ " + i, 5);
      List<Sample> samples = new ArrayList<>();
      for (int series = 0; series < 10; series++) {
        samples.add(new Sample(Labels.of("job", job, "instance", "web-" + series), 1, null));
      }
      known.put(question, new Answer.Values(samples, true));
      store.add(new Answers(GROUP, 5, Map.of(question, new Answer.Values(samples, true))));
    }
    Map<Question, Answer> kept = store.get(GROUP, 5);
    assertEquals(known.keySet(), kept.keySet());
    assertEquals(1, kept.values().stream().filter(one -> one instanceof Answer.Failed).count());
  }
}
