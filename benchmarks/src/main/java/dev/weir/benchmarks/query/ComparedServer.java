package dev.weir.benchmarks.query;

import dev.weir.benchmarks.pipeline.InstalledPrometheus;
import dev.weir.benchmarks.pipeline.ReleasedWeir;
import dev.weir.broker.FreePorts;
import dev.weir.testing.Await;
import dev.weir.testing.ServerProcess;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A server that takes remote write and answers PromQL, as a process of its own on 127.0.0.1.
public final class ComparedServer implements AutoCloseable {
  private static final Duration START_DEADLINE = Duration.ofMinutes(2);

  private final String name;
  private final String address;
  private final ServerProcess process;

  private ComparedServer(String name, String address, ServerProcess process) {
    this.name = name;
    this.address = address;
    this.process = process;
  }

  /// Weir and those of the others that this machine has, ready.
  ///
  /// @param release the directory with `bin/weir`
  /// @param javaOptions for Weir; may be empty
  static List<ComparedServer> startAll(Path release, String javaOptions, Path directory)
      throws IOException {
    return startAll(release, javaOptions, "", InstalledPrometheus.SCRAPES_NOTHING, directory);
  }

  /// The same, with targets to scrape.
  ///
  /// @param settings further lines of Weir's weir.yml
  /// @param prometheusYml of all servers
  public static List<ComparedServer> startAll(
      Path release, String javaOptions, String settings, String prometheusYml, Path directory)
      throws IOException {
    List<ComparedServer> servers = new ArrayList<>();
    servers.add(
        weir(release, javaOptions, settings, configured(prometheusYml, directory.resolve("weir"))));
    try {
      servers.addAll(startPeers(prometheusYml, directory));
      return servers;
    } catch (IOException | RuntimeException | Error e) {
      servers.forEach(ComparedServer::close);
      throw e;
    }
  }

  /// Those of the others that this machine has, ready; each has a directory of its own.
  public static List<ComparedServer> startPeers(Path directory) throws IOException {
    return startPeers(InstalledPrometheus.SCRAPES_NOTHING, directory);
  }

  private static Path configured(String prometheusYml, Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("prometheus.yml"), prometheusYml);
    return directory;
  }

  private static List<ComparedServer> startPeers(String prometheusYml, Path directory)
      throws IOException {
    List<ComparedServer> servers = new ArrayList<>();
    try {
      Optional<Path> prometheus = installed("prometheus");
      if (prometheus.isPresent()) {
        servers.add(
            prometheus(
                prometheus.get(), configured(prometheusYml, directory.resolve("prometheus"))));
      }
      Optional<Path> victoriaMetrics = installed("victoria-metrics");
      if (victoriaMetrics.isPresent()) {
        servers.add(
            victoriaMetrics(
                victoriaMetrics.get(), configured(prometheusYml, directory.resolve("vm"))));
      }
      return servers;
    } catch (IOException | RuntimeException | Error e) {
      servers.forEach(ComparedServer::close);
      throw e;
    }
  }

  private static Optional<Path> installed(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static ComparedServer weir(
      Path release, String javaOptions, String settings, Path directory) throws IOException {
    String address = freeAddress();
    List<String> command =
        ReleasedWeir.command(release, directory, FreePorts.next(), address, List.of());
    Files.writeString(directory.resolve("weir.yml"), settings, StandardOpenOption.APPEND);
    return start(
        "weir", address, command, Map.of("WEIR_JAVA_OPTS", javaOptions), "/-/ready", directory);
  }

  private static ComparedServer prometheus(Path program, Path directory) throws IOException {
    String address = freeAddress();
    List<String> command =
        InstalledPrometheus.command(
            program.toString(),
            directory,
            address,
            List.of("--web.enable-admin-api", "--web.enable-lifecycle"));
    return start("prometheus", address, command, Map.of(), "/-/ready", directory);
  }

  private static ComparedServer victoriaMetrics(Path program, Path directory) {
    String address = freeAddress();
    List<String> command =
        List.of(
            program.toString(),
            "-storageDataPath=" + directory.resolve("data"),
            "-httpListenAddr=" + address,
            "-promscrape.config=" + directory.resolve("prometheus.yml"),
            "-promscrape.config.strictParse=false",
            "-search.disableCache");
    return start("victoria-metrics", address, command, Map.of(), "/health", directory);
  }

  private static String freeAddress() {
    return "127.0.0.1:" + FreePorts.next();
  }

  private static ComparedServer start(
      String name,
      String address,
      List<String> command,
      Map<String, String> environment,
      String readyPath,
      Path directory) {
    ServerProcess process =
        ServerProcess.start(name, command, environment, directory.resolve("output"));
    ComparedServer server = new ComparedServer(name, address, process);
    try {
      Await.until(() -> server.isReady(readyPath), START_DEADLINE, () -> name + " to be ready");
      return server;
    } catch (RuntimeException | Error e) {
      process.close();
      throw e;
    }
  }

  private boolean isReady(String path) {
    try {
      return open(path).getResponseCode() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  public String name() {
    return name;
  }

  /// Of its process.
  public long pid() {
    return process.pid();
  }

  private HttpURLConnection open(String pathAndQuery) throws IOException {
    return (HttpURLConnection)
        URI.create("http://" + address + pathAndQuery).toURL().openConnection();
  }

  /// Gives it a body of remote write, again and again while it says that it has no room.
  void write(byte[] body) throws IOException, InterruptedException {
    while (true) {
      HttpURLConnection connection = open("/api/v1/write");
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Encoding", "snappy");
      connection.setRequestProperty("Content-Type", "application/x-protobuf");
      connection.setRequestProperty("X-Prometheus-Remote-Write-Version", "0.1.0");
      connection.setFixedLengthStreamingMode(body.length);
      connection.getOutputStream().write(body);
      int status = connection.getResponseCode();
      if (status / 100 == 2) {
        connection.getInputStream().readAllBytes();
        return;
      }
      String said = new String(connection.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      if (status != 429 && status != 503) {
        throw new IOException("%s answers %d to remote write: %s".formatted(name, status, said));
      }
      Thread.sleep(100);
    }
  }

  /// The body of an answer, as it came over the wire.
  ///
  /// @param path as `/api/v1/query`
  public byte[] get(String path, Map<String, String> parameters) {
    String query =
        parameters.entrySet().stream()
            .map(entry ->
                entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    try {
      HttpURLConnection connection = open(path + "?" + query);
      int status = connection.getResponseCode();
      try (InputStream body =
          status == 200 ? connection.getInputStream() : connection.getErrorStream()) {
        byte[] bytes = body.readAllBytes();
        if (status != 200) {
          throw new IOException(
              "%s answers %d: %s"
                  .formatted(name, status, new String(bytes, StandardCharsets.UTF_8)));
        }
        return bytes;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Asks it to do something, without a body.
  public void post(String path) throws IOException {
    HttpURLConnection connection = open(path);
    connection.setRequestMethod("POST");
    int status = connection.getResponseCode();
    if (status / 100 != 2) {
      throw new IOException("%s answers %d to %s".formatted(name, status, path));
    }
    connection.getInputStream().readAllBytes();
  }

  @Override
  public void close() {
    process.close();
  }
}
