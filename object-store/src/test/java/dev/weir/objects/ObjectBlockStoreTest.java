package dev.weir.objects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.WeirException;
import dev.weir.objects.FlakyClient.Fate;
import dev.weir.testing.HeldClock;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What becomes of blocks when requests fail, answers are lost, and processes end half-way.
class ObjectBlockStoreTest {
  private static final String NAME = "chain/weir.samples/00000/00000000000000000000.block";
  private static final RequestSettings PATIENT =
      RequestSettings.DEFAULT.withPauses(Duration.ofMillis(1), Duration.ofMillis(4));
  private static final RequestSettings IMPATIENT = PATIENT.withRetryFor(Duration.ofMillis(40));

  @TempDir static Path directory;
  private static S3Server server;

  @TempDir Path files;
  private final HeldClock clock = HeldClock.at(Instant.now().toString());
  private ObjectLocation location;
  private FlakyClient client;
  private final List<ObjectBlockStore> opened = new ArrayList<>();

  @BeforeAll
  static void startServer() throws Exception {
    server = S3Server.start(directory);
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @BeforeEach
  void openClient() {
    location = server.location(UUID.randomUUID().toString());
    client = new FlakyClient(OpenDalClient.open(location));
  }

  @AfterEach
  void closeStores() {
    opened.forEach(ObjectBlockStore::close);
  }

  private ObjectBlockStore store(RequestSettings settings) {
    ObjectBlockStore store = new ObjectBlockStore(location.toString(), client, settings, clock, 10);
    opened.add(store);
    return store;
  }

  /// The view of a process whose requests do not fail.
  private ObjectBlockStore other() {
    ObjectBlockStore store =
        new ObjectBlockStore(location.toString(), OpenDalClient.open(location), PATIENT, clock, 10);
    opened.add(store);
    return store;
  }

  private Path file(String content) throws Exception {
    return Files.writeString(Files.createTempFile(files, "block", null), content);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private List<String> keys(String directory) throws Exception {
    return OpenDalClient.open(location).list(directory).get().stream()
        .map(ObjectClient.StoredObject::key)
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void aRequestThatFailsIsPutAgain(Operation operation) throws Exception {
    ObjectBlockStore store = store(PATIENT);
    client.fates((asked, key, _) ->
        asked == operation && Collections.frequency(client.log(), asked + " " + key) < 3
            ? Fate.LOST
            : Fate.ANSWERED);
    assertTrue(store.publish(NAME, file("123456")));
    assertEquals(1, store.list("").size());
    assertEquals("3456", text(other().read(NAME, 2, 4)));
    assertEquals("3456", text(store.read(NAME, 2, 4)));
    assertTrue(store.delete(NAME));
    for (Operation each : Operation.values()) {
      assertEquals(each == operation ? 2 : 0, store.counts().failures(each), each::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STAT")
  void aStoreThatIsAwayIsSaidToBeSo(Operation operation) throws Exception {
    ObjectBlockStore store = store(IMPATIENT);
    assertTrue(store.publish(NAME, file("123456")));
    assertEquals(1, store.list("").size());
    client.fates((asked, _, _) -> asked == operation ? Fate.LOST : Fate.ANSWERED);
    Path another = file("another");
    WeirException e =
        assertThrows(
            WeirException.Unavailable.class,
            () -> {
              store.list("");
              store.read(NAME, 0, 2);
              store.publish(NAME, another);
              store.delete(NAME);
            });
    assertTrue(
        e.getMessage()
            .matches(
                "object store s3://metrics/\\S+: %s of \\S+ failed, \\d+ times in \\d\\.\\d s: the test"
                        .formatted(operation)
                    + " lost the request"),
        e.getMessage());
    client.fates((_, _, _) -> Fate.ANSWERED);
    assertEquals("12", text(store.read(NAME, 0, 2)));
  }

  @Test
  void anAnswerThatDoesNotComeIsNotWaitedForLong() throws Exception {
    ObjectBlockStore store = store(IMPATIENT.withTimeout(Duration.ofMillis(20)));
    assertTrue(store(PATIENT).publish(NAME, file("123456")));
    client.fates((_, _, _) -> Fate.SILENCE);
    WeirException e = assertThrows(WeirException.Unavailable.class, () -> store.read(NAME, 0, 2));
    assertTrue(e.getMessage().contains("no answer within 0.0 s"), e.getMessage());
  }

  @Test
  void noMoreRequestsAreUnderWayThanMayBe() throws Exception {
    ObjectBlockStore store = store(PATIENT.withAtOnce(2));
    assertTrue(store.publish(NAME, file("123456")));
    store.list("");
    AtomicBoolean open = new AtomicBoolean();
    CountDownLatch two = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    client.fates((_, _, number) -> {
      two.countDown();
      if (number > 2 && !open.get()) {
        return Fate.LOST;
      }
      await(go);
      return Fate.ANSWERED;
    });
    try (ExecutorService threads = Executors.newFixedThreadPool(5)) {
      List<Future<byte[]>> reads = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        reads.add(threads.submit(() -> store.read(NAME, 0, 1)));
      }
      await(two);
      assertEquals(2, client.log().size());
      open.set(true);
      go.countDown();
      for (Future<byte[]> read : reads) {
        assertEquals("1", text(read.get()));
      }
    }
    assertEquals(0, store.counts().failures(Operation.READ));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(10, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Whoever publishes then goes on from what is there, its own block.
  @Test
  void whoNeverHeardThatItPublishedIsToldThatTheNameIsTaken() throws Exception {
    ObjectBlockStore store = store(PATIENT);
    client.fates((asked, _, number) ->
        asked == Operation.WRITE && number == 1 ? Fate.ANSWER_LOST : Fate.ANSWERED);
    assertFalse(store.publish(NAME, file("123456")));
    assertEquals("123456", text(store.read(NAME, 0, 6)));
  }

  @Test
  void whoNeverHeardThatItPublishedInPartsFindsThatItDid() throws Exception {
    ObjectBlockStore store = store(PATIENT);
    client.fates((asked, key, _) ->
        asked == Operation.WRITE && client.log().indexOf("write " + key) == client.log().size() - 1
            ? Fate.ANSWER_LOST
            : Fate.ANSWERED);
    assertTrue(store.publish(NAME, file("0123456789abcdefghijklmno")));
    assertEquals("89abcdefghijkl", text(other().read(NAME, 8, 14)));
    assertEquals(3, keys("parts/").size());
  }

  @Test
  void aLoserTakesItsPartsAway() throws Exception {
    Path winner = file("the winner has more than ten bytes");
    ObjectBlockStore store = store(PATIENT);
    client.fates((asked, key, _) -> {
      if (asked == Operation.WRITE && key.startsWith("blocks/")) {
        assertTrue(other().publish(NAME, winner));
      }
      return Fate.ANSWERED;
    });
    assertFalse(store.publish(NAME, file("the loser has more than ten bytes")));
    assertEquals("the winner", text(store.read(NAME, 0, 10)));
    assertEquals(4, keys("parts/").size());
    assertEquals(List.of(34L), other().list("").stream().map(StoredBlock::sizeBytes).toList());
  }

  @Test
  void anUploadThatIsBrokenOffIsNeverListedAndItsPartsGoAfterADay() throws Exception {
    for (int step = 1; step <= 4; step++) {
      ObjectBlockStore store = store(IMPATIENT);
      int failing = step;
      AtomicBoolean down = new AtomicBoolean();
      client.fates((asked, _, _) -> {
        long writes = client.log().stream().filter(entry -> entry.startsWith("write")).count();
        down.compareAndSet(false, asked == Operation.WRITE && writes == failing);
        return down.get() ? Fate.LOST : Fate.ANSWERED;
      });
      Path block = file("0123456789abcdefghijklmnopqrstuvwxyz");
      assertThrows(WeirException.Unavailable.class, () -> store.publish(NAME, block));
      assertEquals(List.of(), other().list(""));
    }
    int left = keys("parts/").size();
    assertEquals(1 + 2 + 3, left, "of the uploads that ended before parts 1 to 4");
    assertTrue(other().publish(NAME, file("what came next has parts as well")));
    other().removeAbandoned();
    assertEquals(left + 4, keys("parts/").size(), "somebody may still be at work");
    clock.advance(Duration.ofHours(25));
    other().removeAbandoned();
    assertEquals(4, keys("parts/").size());
    assertEquals("what came next has parts as well", text(other().read(NAME, 0, 32)));
  }

  @Test
  void anUploadThatTookTooLongGivesUp() throws Exception {
    ObjectBlockStore store = store(PATIENT);
    client.fates((asked, key, _) -> {
      if (asked == Operation.WRITE && key.endsWith("/00001")) {
        clock.advance(Duration.ofHours(13));
      }
      return Fate.ANSWERED;
    });
    Path block = file("0123456789abcdefghijklmnopqrstuvwxyz");
    WeirException e =
        assertThrows(WeirException.Unavailable.class, () -> store.publish(NAME, block));
    assertTrue(e.getMessage().contains("took 13 h to write, longer than 12"), e.getMessage());
    assertEquals(List.of(), other().list(""));
    assertEquals(List.of(), keys("parts/"));
  }

  @Test
  void whatIsDeletedHalfWayIsGoneAndItsPartsAreAbandoned() throws Exception {
    ObjectBlockStore store = store(IMPATIENT);
    assertTrue(store.publish(NAME, file("0123456789abcdefghijklmno")));
    client.fates((asked, key, _) ->
        asked == Operation.DELETE && key.startsWith("parts/") ? Fate.LOST : Fate.ANSWERED);
    assertTrue(store.delete(NAME));
    assertEquals(List.of(), other().list(""));
    assertThrows(WeirException.Unavailable.class, () -> other().read(NAME, 0, 1));
    clock.advance(Duration.ofHours(25));
    other().removeAbandoned();
    assertEquals(List.of(), keys("parts/"));
  }

  /// A file that has the length of an index is not taken for one.
  @Test
  void everyLengthAroundThatOfAnIndexIsReadBack() throws Exception {
    for (int length = 0; length <= 45; length++) {
      String name = "chain/weir.samples/00000/%020d.block".formatted(length);
      String content = "x".repeat(length);
      ObjectBlockStore store =
          new ObjectBlockStore(
              location.toString(), OpenDalClient.open(location), PATIENT, clock, 100);
      opened.add(store);
      assertTrue(store.publish(name, file(content)));
      assertEquals(content, text(other().read(name, 0, length)));
    }
    assertEquals(46, other().list("").size());
    assertEquals(40L, other().list("").get(40).sizeBytes());
  }

  @Test
  void aDamagedIndexIsAFileThatIsTooShort() throws Exception {
    byte[] index = new PartIndex(new dev.weir.model.Hash128(0, 7), 70L << 20, 32 << 20).encode();
    index[20] ^= 1;
    client.create("blocks/" + NAME, index).get();
    assertEquals(List.of(40L), other().list("").stream().map(StoredBlock::sizeBytes).toList());
  }

  @Test
  void whoIsNotLetInIsToldAtOnce() {
    ObjectLocation wrong =
        new ObjectLocation.S3(
            S3Server.BUCKET,
            "",
            Optional.of(server.endpoint()),
            Optional.empty(),
            Optional.of(new ObjectLocation.Keys(S3Server.KEY_ID, "hunter2")));
    try (ObjectBlockStore store = ObjectBlockStore.open(wrong, PATIENT)) {
      WeirException e = assertThrows(WeirException.Unavailable.class, () -> store.list(""));
      assertTrue(
          e.getMessage().contains("s3://metrics/: list of blocks/ is refused: PermissionDenied"),
          e.getMessage());
      assertEquals(1, store.counts().attempts(Operation.LIST));
      assertFalse(e.getMessage().contains("hunter2"), e.getMessage());
    }
  }

  @Test
  void aBucketThatIsNotThereIsNoEmptyStore() {
    ObjectLocation.S3 there = server.location("");
    ObjectLocation missing =
        new ObjectLocation.S3("nothing", "", there.endpoint(), there.region(), there.keys());
    try (ObjectBlockStore store = ObjectBlockStore.open(missing, IMPATIENT)) {
      WeirException e = assertThrows(WeirException.Unavailable.class, () -> store.list(""));
      assertTrue(e.getMessage().contains("s3://nothing/"), e.getMessage());
      assertTrue(e.getMessage().contains("NoSuchBucket"), e.getMessage());
      assertThrows(WeirException.Unavailable.class, () -> store.publish(NAME, file("123456")));
    }
  }

  @Test
  void aStoreThatNobodyRunsIsNamedWithTheReason() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    ObjectLocation nowhere =
        new ObjectLocation.S3(
            "metrics",
            "a",
            Optional.of(URI.create("http://127.0.0.1:" + port)),
            Optional.empty(),
            Optional.of(new ObjectLocation.Keys("id", "secret")));
    try (ObjectBlockStore store = ObjectBlockStore.open(nowhere, IMPATIENT)) {
      WeirException e = assertThrows(WeirException.Unavailable.class, () -> store.list(""));
      assertTrue(e.getMessage().startsWith("object store s3://metrics/a: list"), e.getMessage());
      assertTrue(e.getMessage().contains("Connection refused"), e.getMessage());
    }
  }
}
