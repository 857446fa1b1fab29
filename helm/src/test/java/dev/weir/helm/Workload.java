package dev.weir.helm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Map;

/// A DaemonSet, StatefulSet or Deployment, and the pods that it makes.
record Workload(String name, LabelSelector selector, PodTemplateSpec pods) {
  PodSpec pod() {
    return pods.getSpec();
  }

  Map<String, String> labels() {
    return pods.getMetadata().getLabels();
  }

  Map<String, String> annotations() {
    return pods.getMetadata().getAnnotations();
  }

  Container container() {
    List<Container> containers = pod().getContainers();
    assertEquals(1, containers.size(), name + " has one container");
    return containers.getFirst();
  }

  /// What `weir run` calls the role.
  String role() {
    return container().getArgs().get(1);
  }

  Volume volume(String volume) {
    return pod().getVolumes().stream()
        .filter(one -> one.getName().equals(volume))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " has no volume " + volume));
  }
}
