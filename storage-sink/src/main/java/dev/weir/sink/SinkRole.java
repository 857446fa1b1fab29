package dev.weir.sink;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.node.NodeServer;
import dev.weir.blocks.node.StorageNode;
import dev.weir.blocks.store.BlockStore;
import dev.weir.model.WeirException;
import dev.weir.schemas.wire.SchemaRegistry;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import dev.weir.service.http.StorageNodeRoute;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.service.lifecycle.Role;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// The role `sink`: what reads samples from Kafka, keeps them in memory and in blocks, and serves
/// what is in memory at [StorageNodeRoute#PATH] to other processes, and by [#storageNode] within
/// this one. The topics are there before it starts.
public final class SinkRole implements Role {
  private final Sink sink;
  private final NodeServer server;

  /// @param member tells this sink apart from others; the same after a restart
  /// @param address base URL where other members reach this process
  /// @param software version of Weir
  /// @param workDirectory where blocks are written before they are published; this process's alone
  public SinkRole(
      SinkSettings settings,
      String member,
      String address,
      String software,
      KafkaSettings kafka,
      Optional<SchemaRegistry> registry,
      BlockStore store,
      Path workDirectory,
      PrometheusRegistry metrics,
      InstantSource clock) {
    requireNonNull(settings, "settings");
    this.sink =
        new Sink(
            settings,
            new Sink.Identity(member, address, software),
            kafka,
            registry,
            store,
            workDirectory,
            metrics,
            clock);
    this.server = new NodeServer(sink.node(), new NodeFailures(metrics));
  }

  @Override
  public String name() {
    return "sink";
  }

  /// The node that this sink is, for readers in the same process.
  public StorageNode storageNode() {
    return sink.node();
  }

  /// Completes when everything that the logs of this sink's partitions hold now is in blocks.
  public CompletionStage<Void> flush() {
    return sink.flush();
  }

  /// Looks for deletions now, for those in this process who publish them: nothing that they hide is
  /// served once this returns, and blocks that somebody wants without it are written soon.
  ///
  /// @throws WeirException.Unavailable if the store does not answer
  public void lookForDeletions() {
    sink.lookForDeletions();
  }

  @Override
  public void addRoutes(Router router) {
    addRoutes(router, server);
  }

  static void addRoutes(Router router, NodeServer server) {
    router.post(
        StorageNodeRoute.PATH,
        request -> {
          byte[] question = request.body();
          return HttpResponse.of(
              200, StorageNodeRoute.CONTENT_TYPE, out -> server.answer(question, out));
        });
  }

  @Override
  public void start() {
    sink.start();
  }

  @Override
  public boolean isReady() {
    return sink.isReady();
  }

  @Override
  public CompletionStage<WeirException> failure() {
    return sink.failure();
  }

  @Override
  public void close() {
    sink.close();
  }
}
