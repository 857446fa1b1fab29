package dev.weir.standalone.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.store.BlockStore;
import dev.weir.objects.S3Server;
import dev.weir.service.config.WeirConfig;
import dev.weir.testing.Await;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A pipeline whose blocks are in an object store, while the store is there and while it is away.
class ObjectStorePipelineTest extends PipelineFixture {
  private static final Pattern VALUE = Pattern.compile("\"value\":\\[[^,]+,\"([^\"]+)\"]");

  @TempDir private Path work;

  private String storage(S3Server server) throws Exception {
    Path id = Files.writeString(work.resolve("id"), S3Server.KEY_ID + "\n");
    Path secret = Files.writeString(work.resolve("secret"), S3Server.SECRET + "\n");
    return """
    query: {list_interval: 1s}
    storage:
      flush_interval: 1s
      housekeeping_interval: 1s
      compaction_min_blocks: 3
      object_store:
        type: s3
        bucket: %s
        prefix: weir/test
        endpoint: %s
        access_key_file: %s
        secret_key_file: %s
        retry_for: 500ms
        cache_directory: %s
    """
        .formatted(S3Server.BUCKET, server.endpoint(), id, secret, work.resolve("cache"));
  }

  private double query(String expression) {
    HttpResponse<String> response =
        get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    assertEquals(200, response.statusCode(), response.body());
    Matcher value = VALUE.matcher(response.body());
    return value.find() ? Double.parseDouble(value.group(1)) : 0;
  }

  private double metric(String name) {
    Matcher line =
        Pattern.compile("(?m)^" + Pattern.quote(name) + " (\\S+)$").matcher(get("/metrics").body());
    return line.find() ? Double.parseDouble(line.group(1)) : 0;
  }

  private static long blocks(BlockStore store, String prefix) {
    return store.list(prefix).size();
  }

  @Test
  void samplesComeBackFromTheStoreAndRecentOnesDoNotNeedIt() throws Exception {
    port = freePort();
    Path objects = Files.createDirectory(work.resolve("objects"));
    S3Server server = S3Server.start(objects);
    int serverPort = server.port();
    String storage = storage(server);
    try (BlockStores stores =
        BlockStores.open(
            WeirConfig.of("weir.yml", storage).storage().objectStore(), Path.of("nowhere"))) {
      BlockStore store = stores.forWriting();
      double counted;
      try (Pipeline pipeline = new Pipeline(settings(storage), lines::add)) {
        pipeline.start();
        assertTrue(
            lines.contains("blocks     s3://%s/weir/test".formatted(S3Server.BUCKET)),
            lines::toString);
        Await.until(
            () -> blocks(store, "tenants/") > 0,
            PATIENCE,
            () -> "links to be published and merged: " + store.list(""));
        Await.until(
            () -> query("count_over_time(up[1h])") >= 3, PATIENCE, () -> "samples to be found");

        server.close();
        double failures = metric("weir_sink_flush_failures_total{topic=\"weir.samples\"}");
        double before = query("count_over_time(up[1h])");
        Await.until(
            () ->
                metric("weir_sink_flush_failures_total{topic=\"weir.samples\"}") > failures
                    && query("count_over_time(up[1h])") > before,
            PATIENCE,
            () -> "recent samples to be found while the store is away");
        server = S3Server.start(objects, serverPort);
        long links = blocks(store, "chain/");
        Await.until(
            () -> blocks(store, "chain/") > links || blocks(store, "tenants/") > 1,
            PATIENCE,
            () -> "rows that waited to be published");
        counted = query("count_over_time(up[1h])");
      }
      try (Pipeline pipeline = new Pipeline(settings(storage), lines::add)) {
        pipeline.start();
        Await.until(
            () -> query("count_over_time(up[1h])") >= counted, PATIENCE, () -> "samples again");
        assertTrue(metric("weir_object_store_cache_bytes{place=\"directory\"}") > 0);
        assertFalse(get("/metrics").body().contains(S3Server.SECRET));
      }
    } finally {
      server.close();
    }
  }
}
