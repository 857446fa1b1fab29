package dev.weir.helm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Service;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// That the tests of the chart would notice what Kubernetes refuses.
class StrictModelsTest {
  private static Manifest service(String spec) {
    return Manifest.parse(
        "apiVersion: v1\nkind: Service\nmetadata: {name: weir, labels: {a: b}}\nspec: %s\n"
            .formatted(spec));
  }

  @Test
  void takesWhatKubernetesTakes() {
    Service service =
        service("{clusterIP: None, ports: [{port: 9090, targetPort: http}]}")
            .one(Service.class, "weir");
    assertEquals("None", service.getSpec().getClusterIP());
    assertEquals(9090, service.getSpec().getPorts().getFirst().getPort());
    assertEquals("http", service.getSpec().getPorts().getFirst().getTargetPort().getStrVal());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{clusterIp: None} | clusterIp",
        "{ports: [{port: '9090'}]} | port",
        "{ports: [{port: 9090, target: http}]} | target",
        "{clusterIP: 1} | clusterIP",
        "{publishNotReadyAddresses: 'yes'} | publishNotReadyAddresses",
        "{selector: {app: 1}} | selector",
      })
  void refusesFieldsAndTypesThatKubernetesDoesNotKnow(String spec, String place) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> service(spec));
    assertTrue(String.valueOf(refused.getMessage()).contains(place), refused::getMessage);
  }

  @Test
  void refusesKindsThatTheChartMayNotRender() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Manifest.parse(
                "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}"));
  }
}
