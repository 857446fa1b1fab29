package dev.weir.helm;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.service.config.ObjectStoreConfig;
import dev.weir.service.config.WeirConfig;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The objects that the chart makes, and that they fit each other.
class ChartTest {
  private static final Manifest DEFAULT = Chart.render(Chart.MINIMAL);

  private static final Manifest FULL =
      Chart.render(
          """
          kafka: kafka-0.kafka:9092,kafka-1.kafka:9092
          schemaRegistry: http://registry.kafka:8080/apis/ccompat/v7
          fullnameOverride: metrics
          image: images.example.org/weir
          imageTag: "1.2"
          imagePullSecrets: [{name: images}]
          port: 8080
          collectorsPort: 9464
          enableFeatures: [promql-duration-expr]
          externalLabels: {cluster: production}
          weirConfigSecret: weir-yml
          alertmanagerConfigSecret: alertmanager-yml
          alertmanagers: [{static_configs: [{targets: ["alertmanager.monitoring:9093"]}]}]
          podLabels: {team: platform}
          podAnnotations: {example.org/note: kept}
          extraEnv: [{name: TZ, value: UTC}]
          extraVolumes: [{name: certificates, secret: {secretName: kafka-client}}]
          extraVolumeMounts: [{name: certificates, mountPath: /etc/certificates, readOnly: true}]
          nodeSelector: {kubernetes.io/arch: amd64}
          tolerations: [{key: metrics, operator: Exists}]
          priorityClassName: metrics
          collectorsPriorityClassName: system-node-critical
          collectorsMaxUnavailable: 3
          sinkReplicas: 3
          blocksAccessMode: ReadWriteMany
          blocksStorageClass: nfs
          rulesReplicas: 1
          """);

  static Stream<Workload> workloads() {
    return Stream.concat(DEFAULT.workloads().stream(), FULL.workloads().stream());
  }

  @Test
  void everyRoleIsThere() {
    assertEquals(
        List.of(
            "ConfigMap weir-alerting",
            "ConfigMap weir-collectors",
            "ConfigMap weir-config",
            "ConfigMap weir-grafana-datasource",
            "ConfigMap weir-query",
            "ConfigMap weir-rule-files",
            "ConfigMap weir-rules",
            "DaemonSet weir-collectors",
            "Deployment weir-alerting",
            "Deployment weir-query",
            "Deployment weir-rules",
            "PersistentVolumeClaim weir-blocks",
            "PodDisruptionBudget weir-alerting",
            "PodDisruptionBudget weir-query",
            "PodDisruptionBudget weir-rules",
            "Service weir-alerting",
            "Service weir-collectors",
            "Service weir-query",
            "Service weir-sink",
            "ServiceAccount weir-alerting",
            "ServiceAccount weir-collectors",
            "ServiceAccount weir-query",
            "ServiceAccount weir-rules",
            "ServiceAccount weir-sink",
            "StatefulSet weir-sink"),
        DEFAULT.names());
  }

  @ParameterizedTest
  @CsvSource({
    "collectors, collector",
    "sink, sink",
    "rules, rules",
    "alerting, alerting",
    "query, query",
  })
  void everyRoleHasASwitch(String role, String command) {
    String off =
        Stream.of("collectors", "sink", "rules", "alerting", "query")
            .filter(other -> !other.equals(role))
            .map(other -> other + "Enabled: false\n")
            .collect(Collectors.joining());
    Manifest alone = Chart.render(Chart.MINIMAL + "blocksExistingClaim: blocks\n" + off);
    assertEquals(List.of(command), alone.workloads().stream().map(Workload::role).toList());
    assertEquals(
        List.of("weir-" + role),
        alone.all(ServiceAccount.class).map(account -> account.getMetadata().getName()).toList());
  }

  @Test
  void objectsAreNamedAfterTheRelease() {
    Manifest other = Chart.render("edge", Chart.MINIMAL);
    assertEquals(
        List.of(), other.names().stream().filter(name -> !name.contains(" edge-weir-")).toList());
    assertEquals(
        List.of(), FULL.names().stream().filter(name -> !name.contains(" metrics-")).toList());
    Manifest numbers =
        Chart.render("2024", Chart.MINIMAL + "nameOverride: '1'\nblocksExistingClaim: '7'\n");
    assertEquals(
        Map.of(
            "app.kubernetes.io/name", "1",
            "app.kubernetes.io/instance", "2024",
            "app.kubernetes.io/component", "query"),
        numbers.workload("2024-1-query").selector().getMatchLabels());
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void podsAreThoseThatTheirSelectorNames(Workload workload) {
    assertTrue(
        workload.labels().entrySet().containsAll(workload.selector().getMatchLabels().entrySet()));
    assertEquals(
        List.of(
            "app.kubernetes.io/component", "app.kubernetes.io/instance", "app.kubernetes.io/name"),
        workload.selector().getMatchLabels().keySet().stream().sorted().toList(),
        "a selector cannot be changed, so it has nothing that changes");
  }

  @Test
  void servicesAndBudgetsSelectThePodsOfTheirRoleAlone() {
    for (Manifest manifest : List.of(DEFAULT, FULL)) {
      manifest
          .all(Service.class)
          .forEach(service -> {
            assertEquals(
                List.of(service.getMetadata().getName()),
                selected(manifest, service.getSpec().getSelector()));
            Workload workload = manifest.workload(service.getMetadata().getName());
            assertEquals(
                workload.container().getPorts().getFirst().getContainerPort(),
                service.getSpec().getPorts().getFirst().getPort());
            assertEquals(
                workload.container().getPorts().getFirst().getName(),
                service.getSpec().getPorts().getFirst().getTargetPort().getStrVal());
          });
      manifest
          .all(PodDisruptionBudget.class)
          .forEach(budget ->
              assertEquals(
                  List.of(budget.getMetadata().getName()),
                  selected(manifest, budget.getSpec().getSelector().getMatchLabels())));
    }
  }

  private static List<String> selected(Manifest manifest, Map<String, String> selector) {
    return manifest.workloads().stream()
        .filter(workload -> workload.labels().entrySet().containsAll(selector.entrySet()))
        .map(Workload::name)
        .toList();
  }

  @Test
  void aBudgetIsThereForRolesOfSeveralPods() {
    assertEquals(
        List.of("metrics-alerting", "metrics-query", "metrics-sink"),
        FULL.all(PodDisruptionBudget.class)
            .map(budget -> budget.getMetadata().getName())
            .sorted()
            .toList());
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void podsHaveNoRightsAndCannotGetAny(Workload workload) {
    PodSpec pod = workload.pod();
    assertEquals(workload.name(), pod.getServiceAccountName());
    assertFalse(pod.getAutomountServiceAccountToken());
    assertTrue(pod.getSecurityContext().getRunAsNonRoot());
    assertNotEquals(0, pod.getSecurityContext().getRunAsUser());
    assertEquals("RuntimeDefault", pod.getSecurityContext().getSeccompProfile().getType());
    Container container = workload.container();
    assertFalse(container.getSecurityContext().getAllowPrivilegeEscalation());
    assertTrue(container.getSecurityContext().getReadOnlyRootFilesystem());
    assertEquals(List.of("ALL"), container.getSecurityContext().getCapabilities().getDrop());
    assertEquals(List.of(), container.getSecurityContext().getCapabilities().getAdd());
    assertNull(container.getSecurityContext().getPrivileged());
  }

  @Test
  void accountsExistAndHaveNoToken() {
    for (Manifest manifest : List.of(DEFAULT, FULL)) {
      for (Workload workload : manifest.workloads()) {
        assertFalse(
            manifest
                .one(ServiceAccount.class, workload.pod().getServiceAccountName())
                .getAutomountServiceAccountToken());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void probesAskWhatEveryRoleServes(Workload workload) {
    Container container = workload.container();
    assertEquals("/-/healthy", probed(container.getStartupProbe()));
    assertEquals("/-/healthy", probed(container.getLivenessProbe()));
    assertEquals("/-/ready", probed(container.getReadinessProbe()));
    int port = container.getPorts().getFirst().getContainerPort();
    assertTrue(container.getArgs().contains("--listen=:" + port), container.getArgs()::toString);
  }

  private static String probed(Probe probe) {
    HTTPGetAction get = probe.getHttpGet();
    assertEquals("http", get.getPort().getStrVal());
    return get.getPath();
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void memoryIsAskedForAndBounded(Workload workload) {
    Map<String, Quantity> requests = workload.container().getResources().getRequests();
    Map<String, Quantity> limits = workload.container().getResources().getLimits();
    assertTrue(requests.containsKey("cpu"));
    assertTrue(memory(requests) <= memory(limits), () -> workload.name());
  }

  private static long memory(Map<String, Quantity> resources) {
    Quantity memory = requireNonNull(resources.get("memory"), "memory");
    return Quantity.getAmountInBytes(memory).longValueExact();
  }

  @Test
  void whatIsMountedIsThere() {
    for (Manifest manifest : List.of(DEFAULT, FULL)) {
      for (Workload workload : manifest.workloads()) {
        List<String> paths =
            workload.container().getVolumeMounts().stream().map(VolumeMount::getMountPath).toList();
        assertEquals(
            paths.size(), paths.stream().distinct().count(), () -> workload.name() + paths);
        assertTrue(
            paths.contains("/tmp"), "natives of RocksDB, zstd and snappy are unpacked there");
        workload.container().getVolumeMounts().forEach(mount -> workload.volume(mount.getName()));
        assertEquals(
            workload.container().getVolumeMounts().stream()
                .map(VolumeMount::getName)
                .sorted()
                .toList(),
            workload.pod().getVolumes().stream().map(Volume::getName).sorted().toList(),
            "every volume is mounted");
        for (VolumeProjection source : workload.volume("config").getProjected().getSources()) {
          if (source.getConfigMap() != null) {
            ConfigMap map = manifest.one(ConfigMap.class, source.getConfigMap().getName());
            for (KeyToPath item : source.getConfigMap().getItems()) {
              assertTrue(map.getData().containsKey(item.getKey()), item::toString);
            }
          }
        }
      }
    }
  }

  @Test
  void sinkAndQueriesShareTheDirectoryOfBlocks() {
    for (Manifest manifest : List.of(DEFAULT, FULL)) {
      String claim =
          manifest
              .all(PersistentVolumeClaim.class)
              .findFirst()
              .orElseThrow()
              .getMetadata()
              .getName();
      for (Workload workload : manifest.workloads()) {
        boolean reads = List.of("sink", "query").contains(workload.role());
        assertEquals(
            reads,
            workload.pod().getVolumes().stream()
                .anyMatch(volume -> volume.getName().equals("blocks")));
        if (reads) {
          assertEquals(claim, workload.volume("blocks").getPersistentVolumeClaim().getClaimName());
          assertTrue(
              workload.container().getVolumeMounts().stream()
                  .anyMatch(mount ->
                      mount.getName().equals("blocks")
                          && mount.getMountPath().equals("/var/lib/weir/blocks")
                          && mount.getSubPath().equals("blocks")));
          assertTrue(workload.container().getArgs().contains("--data=/var/lib/weir"));
        }
      }
    }
  }

  @Test
  void blocksMayBeInAnObjectStore() {
    Manifest manifest =
        Chart.render(
            Chart.MINIMAL
                + """
                blocksIn: objectStore
                sinkReplicas: 3
                objectStoreSecret: bucket-keys
                queryCacheSize: 20Gi
                blocksAccountAnnotations: {eks.amazonaws.com/role-arn: 'arn:aws:iam::1:role/weir'}
                weirConfig:
                  storage: {object_store: {type: s3, bucket: metrics}}
                """);
    assertEquals(0, manifest.all(PersistentVolumeClaim.class).count());
    for (String role : List.of("sink", "query")) {
      Workload workload = manifest.workload("weir-" + role);
      assertNull(workload.pod().getAffinity());
      assertEquals("bucket-keys", workload.volume("store").getSecret().getSecretName());
      Map<String, String> mounts =
          workload.container().getVolumeMounts().stream()
              .collect(Collectors.toMap(VolumeMount::getName, VolumeMount::getMountPath));
      assertEquals("/etc/weir-store", mounts.get("store"));
      assertFalse(mounts.containsKey("blocks"));
      assertEquals(role.equals("query"), mounts.containsKey("cache"));
      assertEquals(
          Map.of("eks.amazonaws.com/role-arn", "arn:aws:iam::1:role/weir"),
          manifest.one(ServiceAccount.class, "weir-" + role).getMetadata().getAnnotations());
    }
    WeirConfig weir =
        WeirConfig.of(
            "weir.yml",
            requireNonNull(
                manifest.one(ConfigMap.class, "weir-config").getData().get("weir.yml"),
                "weir.yml"));
    ObjectStoreConfig store = weir.storage().objectStore();
    assertEquals("metrics", store.bucket());
    assertEquals(Optional.of(Path.of("/var/cache/weir")), store.cache().directory());
    assertEquals(20L << 30, store.cache().directoryBytes());
  }

  @Test
  void podsFollowAVolumeThatOneNodeCanHave() {
    for (String name : List.of("weir-sink", "weir-query")) {
      Workload workload = DEFAULT.workload(name);
      PodAffinityTerm term =
          workload
              .pod()
              .getAffinity()
              .getPodAffinity()
              .getRequiredDuringSchedulingIgnoredDuringExecution()
              .getFirst();
      assertEquals("kubernetes.io/hostname", term.getTopologyKey());
      assertEquals(
          List.of("weir-query", "weir-sink"),
          selected(DEFAULT, term.getLabelSelector().getMatchLabels()).stream().sorted().toList(),
          "a pod whose own label is named may be the first");
    }
    assertNull(FULL.workload("metrics-query").pod().getAffinity());
    assertEquals(
        List.of("ReadWriteMany"),
        FULL.one(PersistentVolumeClaim.class, "metrics-blocks").getSpec().getAccessModes());
  }

  @Test
  void theClaimOfBlocksOutlivesTheRelease() {
    assertEquals(
        Map.of("helm.sh/resource-policy", "keep"),
        DEFAULT.one(PersistentVolumeClaim.class, "weir-blocks").getMetadata().getAnnotations());
  }

  @Test
  void collectorsRunOnTheNetworkOfEveryNode() {
    Workload collectors = DEFAULT.workload("weir-collectors");
    assertTrue(collectors.pod().getHostNetwork());
    assertEquals("ClusterFirstWithHostNet", collectors.pod().getDnsPolicy());
    assertEquals(
        "spec.nodeName",
        collectors.container().getEnv().stream()
            .filter(variable -> variable.getName().equals("NODE_NAME"))
            .findFirst()
            .orElseThrow()
            .getValueFrom()
            .getFieldRef()
            .getFieldPath());
    for (Workload workload : DEFAULT.workloads()) {
      if (!workload.name().equals("weir-collectors")) {
        assertNull(workload.pod().getHostNetwork(), workload.name());
      }
    }
  }

  @Test
  void aSinkIsReachedUnderItsOwnNameBeforeItIsReady() {
    StatefulSet sink = DEFAULT.one(StatefulSet.class, "weir-sink");
    Service service = DEFAULT.one(Service.class, sink.getSpec().getServiceName());
    assertEquals("None", service.getSpec().getClusterIP());
    assertTrue(service.getSpec().getPublishNotReadyAddresses());
    assertTrue(
        DEFAULT
            .workload("weir-sink")
            .container()
            .getArgs()
            .contains("--advertise=$(POD_NAME).weir-sink.$(POD_NAMESPACE).svc:9090"));
  }

  @Test
  void linksOfAlertsLeadToTheQueryService() {
    assertEquals("http://weir-query.monitoring:9090", externalUrl(DEFAULT));
    assertEquals(
        "https://weir.example.org",
        externalUrl(Chart.render(Chart.MINIMAL + "externalUrl: https://weir.example.org\n")));
    assertEquals(
        "https://own.example.org",
        externalUrl(
            Chart.render(
                Chart.MINIMAL + "weirConfig: {http: {external_url: https://own.example.org}}\n")));
  }

  @Test
  void rulesAskTheQueryService() {
    assertEquals(Optional.of(URI.create("http://weir-query.monitoring:9090")), queryUrl(DEFAULT));
    assertEquals(
        Optional.of(URI.create("https://own.example.org")),
        queryUrl(
            Chart.render(
                Chart.MINIMAL + "weirConfig: {rules: {query_url: https://own.example.org}}\n")));
    assertEquals(Optional.empty(), queryUrl(Chart.render(Chart.MINIMAL + "queryEnabled: false\n")));
  }

  private static Optional<URI> queryUrl(Manifest manifest) {
    return weirYml(manifest).rules().queryUrl();
  }

  private static String externalUrl(Manifest manifest) {
    return weirYml(manifest).http().externalUrl().orElseThrow().toString();
  }

  private static WeirConfig weirYml(Manifest manifest) {
    ConfigMap map = manifest.one(ConfigMap.class, "weir-config");
    return WeirConfig.of("weir.yml", requireNonNull(map.getData().get("weir.yml"), "weir.yml"));
  }

  @Test
  void anotherConfigurationMakesOtherPodsOfItsRoleAlone() {
    Manifest other = Chart.render(Chart.MINIMAL + "evaluationInterval: 30s\n");
    Manifest rules = Chart.render(Chart.MINIMAL + "ruleFiles: {targets.yml: null}\n");
    Manifest weir = Chart.render(Chart.MINIMAL + "weirConfig: {query: {timeout: 1m}}\n");
    assertEquals(List.of("weir-query", "weir-rules"), changed(other));
    assertEquals(List.of("weir-rules"), changed(rules));
    assertEquals(5, changed(weir).size());
  }

  private static List<String> changed(Manifest other) {
    return DEFAULT.workloads().stream()
        .filter(workload ->
            !workload.annotations().equals(other.workload(workload.name()).annotations()))
        .map(Workload::name)
        .sorted()
        .toList();
  }

  @Test
  void grafanaFindsTheQueryApi() {
    ConfigMap datasource = DEFAULT.one(ConfigMap.class, "weir-grafana-datasource");
    assertEquals("1", datasource.getMetadata().getLabels().get("grafana_datasource"));
    String text = DEFAULT.file("weir-grafana-datasource", "weir.yaml");
    assertTrue(text.contains("url: http://weir-query.monitoring.svc:9090\n"), text);
    assertFalse(
        Chart.render(Chart.MINIMAL + "grafanaDatasourceEnabled: false\n")
            .names()
            .contains("ConfigMap weir-grafana-datasource"));
  }

  @Test
  void valuesReachEveryPod() {
    for (Workload workload : FULL.workloads()) {
      Container container = workload.container();
      assertEquals("images.example.org/weir:1.2", container.getImage());
      assertEquals("images", workload.pod().getImagePullSecrets().getFirst().getName());
      assertEquals("platform", workload.labels().get("team"));
      assertEquals("kept", workload.annotations().get("example.org/note"));
      List<String> arguments = container.getArgs();
      assertTrue(
          arguments.containsAll(
              List.of(
                  "--kafka=kafka-0.kafka:9092,kafka-1.kafka:9092",
                  "--schema-registry=http://registry.kafka:8080/apis/ccompat/v7",
                  "--enable-feature=promql-duration-expr")),
          arguments::toString);
      assertTrue(container.getEnv().stream().anyMatch(one -> one.getName().equals("TZ")));
      assertTrue(
          container.getVolumeMounts().stream()
              .anyMatch(mount -> mount.getMountPath().equals("/etc/certificates")));
      assertEquals(
          "weir-yml",
          workload.volume("config").getProjected().getSources().getFirst().getSecret().getName());
      boolean collects = workload.role().equals("collector");
      assertEquals(
          collects ? "system-node-critical" : "metrics", workload.pod().getPriorityClassName());
    }
    assertFalse(FULL.names().contains("ConfigMap metrics-config"));
    assertTrue(
        FULL.workload("metrics-alerting")
            .container()
            .getArgs()
            .contains("--alertmanager.config=/etc/weir/alertmanager.yml"));
  }
}
