package dev.weir.model.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ListingTest {
  private static final Completeness LATE = new Completeness(60_000, List.of("sink-1 is away"));

  @Test
  void isTruncatedWhereTheLimitCutIt() {
    assertEquals(
        new Listing<>(List.of("instance", "job"), true, LATE),
        Listing.of(List.of("instance", "job", "le"), 2, LATE));
    assertEquals(new Listing<>(List.of("job"), false, LATE), Listing.of(Set.of("job"), 1, LATE));
    assertEquals(new Listing<>(List.of("job"), false, LATE), Listing.of(List.of("job"), 0, LATE));
  }

  @Test
  void staysTruncatedWithOtherItems() {
    Listing<String> cut = new Listing<>(List.of("instance", "job"), true, LATE);
    assertEquals(new Listing<>(List.of("le"), true, LATE), cut.with(List.of("le"), 2));

    Listing<String> whole = new Listing<>(List.of("instance", "job"), false, LATE);
    assertEquals(new Listing<>(List.of("le"), false, LATE), whole.with(List.of("le"), 2));
    assertEquals(new Listing<>(List.of("le"), true, LATE), whole.with(List.of("le", "pod"), 1));
  }

  @Test
  void isNoMoreCompleteThanWhatItIsPartOf() {
    Completeness later = new Completeness(30_000, List.of("sink-2 is away"));
    assertEquals(
        new Listing<>(
            List.of("job"),
            true,
            new Completeness(30_000, List.of("sink-1 is away", "sink-2 is away"))),
        new Listing<>(List.of("job"), true, LATE).and(later));
  }
}
