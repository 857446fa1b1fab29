package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.objects.ObjectBlockStore;
import dev.weir.objects.ObjectLocation;
import dev.weir.objects.Operation;
import dev.weir.objects.RequestSettings;
import dev.weir.objects.S3Server;
import dev.weir.testing.Await;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An owner that is paused in the middle of uploading a block to an object store, while another
/// takes its place and publishes from the same offset on.
class PausedUploadTest extends SinkFixture {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private S3Server server;
  private PausingProxy proxy;
  private ObjectBlockStore direct;

  @BeforeEach
  void startStore() throws Exception {
    server = S3Server.start(Files.createDirectory(directory.resolve("s3")));
    opened.push(server);
    proxy = PausingProxy.to(server.port());
    opened.push(proxy);
    direct = open(server.port());
  }

  @AfterEach
  void stopStore() throws Exception {
    stop();
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  private ObjectBlockStore open(int port) {
    ObjectLocation.S3 location = server.location("weir");
    ObjectBlockStore store =
        ObjectBlockStore.open(
            new ObjectLocation.S3(
                location.bucket(),
                location.prefix(),
                Optional.of(URI.create("http://127.0.0.1:" + port)),
                location.region(),
                location.keys()),
            RequestSettings.DEFAULT);
    opened.push(store);
    return store;
  }

  @Override
  BlockStore store() {
    return direct;
  }

  private List<StoredBlock> chain(int partition) {
    return direct.list(BlockName.Chain.prefix(topic, partition));
  }

  @Test
  void theSuccessorsBlockStandsAndEverySampleIsThereOnce() throws Exception {
    SinkSettings settings = settings(Duration.ofSeconds(1), NO_TIME, false);
    ObjectBlockStore through = open(proxy.port());
    Sink paused = startWithoutWaiting("sink-1", settings, through, new PrometheusRegistry());
    Await.until(paused::isReady, DEADLINE, () -> "the first owner to be ready");
    scrape(0, 3, 1);
    scrape(0, 3, 2);
    Await.until(() -> !chain(0).isEmpty(), DEADLINE, () -> "a first link");

    proxy.pauseUploads();
    scrape(0, 3, 3);
    proxy.awaitPaused();
    long written = through.counts().attempts(Operation.WRITE);
    int links = chain(0).size();

    // Under the same name, so that it takes the partitions and the first cannot read on.
    Sink successor = startWithoutWaiting("sink-1", settings, direct, new PrometheusRegistry());
    Await.until(successor::isReady, DEADLINE, () -> "the successor to be ready");
    scrape(0, 3, 4);
    scrape(1, 3, 4);
    Await.until(() -> chain(0).size() > links, DEADLINE, () -> "the successor's link");
    awaitAllProduced(successor);

    List<StoredBlock> published = chain(0);
    proxy.release();
    Await.until(
        () -> through.counts().attempts(Operation.WRITE) > written,
        DEADLINE,
        () -> "the upload to go on");
    assertEquals(published, chain(0).subList(0, published.size()));
    assertEquals(0, through.counts().failures(Operation.WRITE), "it is told, not refused");
    awaitAllProduced(successor);
    chainEnds();
  }
}
