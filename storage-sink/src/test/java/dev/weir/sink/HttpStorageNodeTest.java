package dev.weir.sink;

import dev.weir.blocks.node.NodeLimits;
import dev.weir.blocks.node.NodeServer;
import dev.weir.blocks.node.RemoteStorageNode;
import dev.weir.blocks.node.StorageNode;
import dev.weir.blocks.node.StorageNodeContract;
import dev.weir.service.http.HttpServer;
import dev.weir.service.http.HttpServerSettings;
import dev.weir.service.http.ListenAddress;
import dev.weir.service.http.Router;
import dev.weir.service.http.StorageNodeRoute;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/// A storage node over HTTP keeps the contract of one in the same process.
class HttpStorageNodeTest extends StorageNodeContract {
  private final List<HttpServer> servers = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();

  @Override
  protected StorageNode reach(StorageNode node) {
    Router router = new Router();
    SinkRole.addRoutes(router, new NodeServer(node, _ -> {}));
    HttpServer server =
        new HttpServer(
            HttpServerSettings.defaults(new ListenAddress("127.0.0.1", 0)),
            router,
            new PrometheusRegistry());
    server.start();
    servers.add(server);
    URI address = URI.create("http://127.0.0.1:" + server.port() + StorageNodeRoute.PATH);
    return new RemoteStorageNode(
        address.toString(), NodeLimits.DEFAULT, question -> ask(address, question));
  }

  private InputStream ask(URI address, byte[] question) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .POST(HttpRequest.BodyPublishers.ofByteArray(question))
            .build();
    try {
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() != 200) {
        throw new IOException("status " + response.statusCode());
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @AfterEach
  void stop() {
    client.close();
    servers.forEach(HttpServer::close);
  }
}
