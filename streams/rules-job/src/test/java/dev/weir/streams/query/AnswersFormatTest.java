package dev.weir.streams.query;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.partial.Partial;
import dev.weir.streams.partial.PartialFormat;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
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
    assertTrue(AnswersFormat.isAnswers(bytes));
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
                new Partial(GROUP, Hash128.of(new byte[0]), 5, 0, Map.of(), Map.of()), _ -> true);
    assertFalse(AnswersFormat.isAnswers(partial));
  }
}
