package dev.weir.helm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The objects that an installation makes.
record Manifest(List<HasMetadata> objects) {
  Manifest {
    objects = List.copyOf(objects);
  }

  /// Reads what Helm rendered: strictly, and each object once.
  static Manifest parse(String yaml) {
    Load load = new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build());
    List<HasMetadata> objects = new ArrayList<>();
    for (Object document : load.loadAllFromString(yaml)) {
      if (document instanceof Map<?, ?> object) {
        objects.add(StrictModels.read(object));
      } else if (document != null) {
        throw new IllegalArgumentException("not an object: " + document);
      }
    }
    Map<String, Long> names =
        objects.stream().collect(Collectors.groupingBy(Manifest::nameOf, Collectors.counting()));
    assertEquals(
        List.of(),
        names.entrySet().stream().filter(name -> name.getValue() > 1).toList(),
        "every object is there once");
    return new Manifest(objects);
  }

  private static String nameOf(HasMetadata object) {
    return object.getKind() + " " + object.getMetadata().getName();
  }

  /// Kind and name of every object, sorted.
  List<String> names() {
    return objects.stream().map(Manifest::nameOf).sorted().toList();
  }

  <T extends HasMetadata> Stream<T> all(Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast);
  }

  <T extends HasMetadata> T one(Class<T> kind, String name) {
    List<T> found =
        all(kind).filter(object -> object.getMetadata().getName().equals(name)).toList();
    assertEquals(1, found.size(), () -> kind.getSimpleName() + " " + name + " of " + names());
    return found.getFirst();
  }

  /// A file of a ConfigMap.
  String file(String configMap, String name) {
    String text = one(ConfigMap.class, configMap).getData().get(name);
    if (text == null) {
      throw new AssertionError("ConfigMap " + configMap + " has no " + name);
    }
    return text;
  }

  /// The objects that make pods, of all kinds.
  List<Workload> workloads() {
    Stream<Workload> daemons =
        all(DaemonSet.class)
            .map(set ->
                new Workload(
                    set.getMetadata().getName(),
                    set.getSpec().getSelector(),
                    set.getSpec().getTemplate()));
    Stream<Workload> stateful =
        all(StatefulSet.class)
            .map(set ->
                new Workload(
                    set.getMetadata().getName(),
                    set.getSpec().getSelector(),
                    set.getSpec().getTemplate()));
    Stream<Workload> deployments =
        all(Deployment.class)
            .map(deployment ->
                new Workload(
                    deployment.getMetadata().getName(),
                    deployment.getSpec().getSelector(),
                    deployment.getSpec().getTemplate()));
    return Stream.of(daemons, stateful, deployments).flatMap(all -> all).toList();
  }

  Workload workload(String name) {
    return workloads().stream()
        .filter(workload -> workload.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no pods of " + name + " in " + names()));
  }
}
