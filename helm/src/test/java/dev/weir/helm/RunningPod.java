package dev.weir.helm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.testing.Await;
import dev.weir.testing.ServerProcess;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A pod of the chart, run as a process of this machine: the release's launcher with the
/// container's arguments and environment, its mounts below a directory of its own.
///
/// Three things differ from a pod: paths of mounts have that directory before them, names of
/// services are localhost, and the heap is small.
final class RunningPod implements AutoCloseable {
  private static final Path LAUNCHER =
      Path.of(System.getProperty("weir.release", "../standalone/target/weir"))
          .toAbsolutePath()
          .normalize()
          .resolve("bin/weir");

  private static final String SMALL =
      " -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:MaxRAM=1g -Xmx400m";
  private static final Duration DEADLINE = Duration.ofSeconds(90);

  private final Manifest manifest;
  private final Workload workload;
  private final String node;
  private final Path root;
  private final Path claims;
  private final Map<String, String> environment = new HashMap<>();
  private final ServerProcess process;
  private final HttpClient http = HttpClient.newHttpClient();

  /// Starts a pod.
  ///
  /// @param node that it runs on
  /// @param root of its file system, empty
  /// @param claims has a directory for each claim
  RunningPod(Manifest manifest, Workload workload, String node, Path root, Path claims)
      throws IOException {
    this.manifest = manifest;
    this.workload = workload;
    this.node = node;
    this.root = root;
    this.claims = claims;
    mount();
    Container container = workload.container();
    for (EnvVar variable : container.getEnv()) {
      environment.put(variable.getName(), value(variable));
    }
    environment.merge("WEIR_JAVA_OPTS", SMALL, String::concat);
    environment.merge("WEIR_JAVA_OPTS", " -Djava.io.tmpdir=" + root.resolve("tmp"), String::concat);
    List<String> command =
        Stream.concat(
                Stream.of(LAUNCHER.toString()), container.getArgs().stream().map(this::argument))
            .toList();
    process =
        ServerProcess.start(workload.name(), command, environment, root.resolve("output.log"));
  }

  private String value(EnvVar variable) {
    if (variable.getValue() != null) {
      return variable.getValue();
    }
    String field = variable.getValueFrom().getFieldRef().getFieldPath();
    return switch (field) {
      case "spec.nodeName" -> node;
      case "metadata.name" -> workload.name() + "-0";
      case "metadata.namespace" -> "monitoring";
      default -> throw new IllegalArgumentException("this test knows no field " + field);
    };
  }

  private String argument(String argument) {
    String expanded = argument;
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      expanded = expanded.replace("$(" + variable.getKey() + ")", variable.getValue());
    }
    return located(expanded).replaceFirst("=[a-z0-9.-]+\\.svc:", "=localhost:");
  }

  /// Text in which paths of mounts are below the pod's directory.
  private String located(String text) {
    String located = text;
    for (String path : List.of("/etc/weir", "/var/lib/weir")) {
      located = located.replaceAll("(?<=[= ])" + path + "(?=/|$)", root + path);
    }
    return located;
  }

  /// Makes what is mounted: outer directories first.
  private void mount() throws IOException {
    List<VolumeMount> mounts =
        workload.container().getVolumeMounts().stream()
            .sorted(Comparator.comparing(VolumeMount::getMountPath))
            .toList();
    for (VolumeMount mount : mounts) {
      Path path = root.resolve(mount.getMountPath().substring(1));
      Files.createDirectories(path.getParent());
      Volume volume = workload.volume(mount.getName());
      if (volume.getPersistentVolumeClaim() != null) {
        Path claim =
            claims
                .resolve(volume.getPersistentVolumeClaim().getClaimName())
                .resolve(mount.getSubPath());
        Files.createDirectories(claim);
        Files.createSymbolicLink(path, claim);
        continue;
      }
      Files.createDirectories(path);
      if (volume.getProjected() != null) {
        for (VolumeProjection source : volume.getProjected().getSources()) {
          project(source, path);
        }
      }
    }
  }

  private void project(VolumeProjection source, Path directory) throws IOException {
    String map = source.getConfigMap().getName();
    List<KeyToPath> items = source.getConfigMap().getItems();
    if (items.isEmpty()) {
      items =
          manifest.one(ConfigMap.class, map).getData().keySet().stream()
              .map(key -> new KeyToPath(key, null, key))
              .toList();
    }
    for (KeyToPath item : items) {
      Path file = directory.resolve(item.getPath());
      Files.createDirectories(file.getParent());
      Files.writeString(file, located(manifest.file(map, item.getKey())));
    }
  }

  /// Waits until the readiness probe succeeds, as the liveness probe does.
  void awaitReady() {
    String ready = workload.container().getReadinessProbe().getHttpGet().getPath();
    String healthy = workload.container().getLivenessProbe().getHttpGet().getPath();
    Await.until(
        () -> {
          if (!process.isAlive()) {
            throw new IllegalStateException(workload.name() + " ended:\n" + output());
          }
          return status(ready) == 200;
        },
        DEADLINE,
        () -> workload.name() + " to be ready; it printed\n" + output());
    assertEquals(200, status(healthy), workload.name());
  }

  /// The status of an answer, or 0 where nobody answers.
  private int status(String path) {
    try {
      return get(path).statusCode();
    } catch (IOException _) {
      return 0;
    }
  }

  /// The answer to an instant query.
  String query(String expression) throws IOException {
    return get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
        .body();
  }

  HttpResponse<String> get(String path) throws IOException {
    int port = workload.container().getPorts().getFirst().getContainerPort();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .timeout(Duration.ofSeconds(20))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private String output() {
    return String.join("\n", process.lines());
  }

  /// Stops it as Kubernetes does, by SIGTERM, and asserts that it ended by itself.
  void stop() {
    int code = process.stop();
    assertEquals(0, code, () -> workload.name() + " printed\n" + output());
  }

  @Override
  public void close() {
    process.close();
    http.close();
  }
}
