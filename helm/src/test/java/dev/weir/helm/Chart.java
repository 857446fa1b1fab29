package dev.weir.helm;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/// The chart `weir`, as `helm` sees it.
final class Chart {
  static final Path DIRECTORY = Path.of("weir").toAbsolutePath();

  /// What an installation has to say at least.
  static final String MINIMAL = "kafka: kafka-bootstrap.kafka:9092\n";

  private static final String RELEASE = "weir";
  private static final String NAMESPACE = "monitoring";
  private static final String KUBERNETES = "1.33.0";

  private Chart() {}

  static LintResult lint() {
    return new Helm(DIRECTORY).lint().strict().call();
  }

  /// The objects that are installed.
  ///
  /// @param values text of a values file
  static Manifest render(String values) {
    return Manifest.parse(template(RELEASE, values));
  }

  static Manifest render(String release, String values) {
    return Manifest.parse(template(release, values));
  }

  /// What Helm says when it refuses values.
  static String refusal(String values) {
    return String.valueOf(
        assertThrows(IllegalStateException.class, () -> template(RELEASE, values)).getMessage());
  }

  /// What Helm tells the user after an installation.
  static String notes(String values) {
    return withValuesFile(
        values,
        file ->
            String.valueOf(
                new Helm(DIRECTORY)
                    .install()
                    .withName(RELEASE)
                    .withNamespace(NAMESPACE)
                    .withKubeVersion(KUBERNETES)
                    .clientOnly()
                    .dryRun()
                    .withDryRunOption(DryRun.CLIENT)
                    .withValuesFile(file)
                    .call()
                    .getOutput()));
  }

  private static String template(String release, String values) {
    return withValuesFile(
        values,
        file ->
            new Helm(DIRECTORY)
                .template()
                .withName(release)
                .withNamespace(NAMESPACE)
                .withKubeVersion(KUBERNETES)
                .withValuesFile(file)
                .call());
  }

  private static String withValuesFile(String values, Function<Path, String> use) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      try {
        Files.writeString(file, values);
        return use.apply(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
