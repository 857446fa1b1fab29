package dev.weir.helm;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What of the image can be checked without building it: that it has what its build needs, that it
/// starts the release's launcher, and that the chart knows its user.
class DockerfileTest {
  private static final Path ROOT =
      requireNonNull(Path.of("").toAbsolutePath().getParent(), "the project's directory");

  /// Instructions with their continuation lines, without comments.
  private static final List<String> INSTRUCTIONS = instructions();

  private static List<String> instructions() {
    try {
      String text = Files.readString(ROOT.resolve("Dockerfile"));
      return Stream.of(
              text.replaceAll("(?m)^\\s*#.*\\R", "").replaceAll("\\\\\\R\\s*", "").split("\\R", -1))
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> of(String instruction) {
    return INSTRUCTIONS.stream()
        .filter(line -> line.startsWith(instruction + " "))
        .map(line -> line.substring(instruction.length() + 1))
        .toList();
  }

  private static String last(String instruction) {
    return of(instruction).getLast();
  }

  /// Whether `.dockerignore` keeps a path of the project out of the build.
  private static boolean isLeftOut(String path) throws IOException {
    boolean out = false;
    for (String pattern : Files.readAllLines(ROOT.resolve(".dockerignore"))) {
      if (pattern.isBlank() || pattern.startsWith("#")) {
        continue;
      }
      assertFalse(pattern.startsWith("!"), "this test knows no exceptions in .dockerignore");
      for (Path part = Path.of(path); part != null; part = part.getParent()) {
        out |=
            Stream.of(pattern, pattern.replaceFirst("^\\*\\*/", ""))
                    .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
                    .anyMatch(matcher -> matcher.matches(Path.of(path)))
                || FileSystems.getDefault().getPathMatcher("glob:" + pattern).matches(part);
      }
    }
    return out;
  }

  @Test
  void theBuildHasAllModulesAndTheWrapper() throws IOException {
    assertTrue(of("COPY").contains(". ."), "the build stage has the whole project");
    List<String> needed =
        new ArrayList<>(
            List.of(
                "pom.xml",
                "mvnw",
                "LICENSE",
                ".mvn/jvm.config",
                ".mvn/wrapper/maven-wrapper.properties",
                "standalone/src/main/assembly/release.xml",
                "standalone/src/main/distribution/bin/weir",
                "standalone/src/main/distribution/bin/find-java.sh"));
    addPoms(needed, "");
    for (String path : needed) {
      assertTrue(Files.isRegularFile(ROOT.resolve(path)), path);
      assertFalse(isLeftOut(path), () -> ".dockerignore leaves out " + path);
    }
    assertTrue(isLeftOut("standalone/target"));
    assertTrue(isLeftOut("streams/rules-job/target/classes"));
    assertTrue(isLeftOut(".git"));
  }

  /// Maven reads the poms of all modules, also of those that it does not build.
  private static void addPoms(List<String> poms, String directory) throws IOException {
    String pom = Files.readString(ROOT.resolve(directory).resolve("pom.xml"));
    Matcher module = Pattern.compile("<module>([^<]+)</module>").matcher(pom);
    while (module.find()) {
      String path = directory + module.group(1) + "/";
      poms.add(path + "pom.xml");
      addPoms(poms, path);
    }
  }

  @Test
  void theBuildMakesTheReleaseAsTheLauncherOfACheckoutDoes() throws IOException {
    String build =
        of("RUN").stream().filter(run -> run.contains("./mvnw")).findFirst().orElseThrow();
    String launcher = Files.readString(ROOT.resolve("weir"));
    for (String argument :
        List.of("package", "-pl standalone -am", "-Dfast", "-Dmaven.test.skip=true")) {
      assertTrue(build.contains(argument), () -> argument + " in " + build);
      assertTrue(launcher.contains(argument), () -> argument + " in weir");
    }
    assertTrue(Files.isExecutable(ROOT.resolve("mvnw")));
  }

  @Test
  void theImageStartsTheLauncherOfTheRelease() throws IOException {
    String release = last("COPY");
    assertEquals("--from=build /src/standalone/target/weir /opt/weir", release);
    assertEquals("/src", of("WORKDIR").getFirst());
    String pom = Files.readString(ROOT.resolve("standalone/pom.xml"));
    assertTrue(pom.contains("<finalName>weir</finalName>"), "the release is in target/weir");
    assertEquals("[\"/opt/weir/bin/weir\"]", last("ENTRYPOINT"));
    assertTrue(
        Files.isExecutable(ROOT.resolve("standalone/src/main/distribution/bin/weir")),
        "target/weir/bin/weir");
  }

  @Test
  void buildAndImageHaveTheJavaOfTheProject() throws IOException {
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    Matcher release = Pattern.compile("<maven.compiler.release>([0-9]+)<").matcher(pom);
    assertTrue(release.find());
    assertEquals(
        List.of(
            "eclipse-temurin:%s-jdk AS build".formatted(release.group(1)),
            "eclipse-temurin:%s-jre".formatted(release.group(1))),
        of("FROM"));
  }

  @Test
  void theChartKnowsTheUserOfTheImage() {
    String[] user = last("USER").split(":", -1);
    assertEquals(2, user.length, "user and group, by number");
    for (Workload workload : Chart.render(Chart.MINIMAL).workloads()) {
      var context = workload.pod().getSecurityContext();
      assertEquals(Long.valueOf(user[0]), context.getRunAsUser(), workload.name());
      assertEquals(Long.valueOf(user[1]), context.getRunAsGroup(), workload.name());
      assertEquals(Long.valueOf(user[1]), context.getFsGroup(), workload.name());
    }
    String made = of("RUN").getLast();
    assertTrue(made.contains("groupadd --gid %s ".formatted(user[1])), made);
    assertTrue(made.contains("useradd --uid %s --gid %s ".formatted(user[0], user[1])), made);
    assertTrue(made.contains("install -d -o %s -g %s ".formatted(user[0], user[1])), made);
  }

  @Test
  void theChartIsOfTheVersionOfTheProject() throws IOException {
    String chart = Files.readString(Chart.DIRECTORY.resolve("Chart.yaml"));
    String version = System.getProperty("weir.version", "");
    assertTrue(chart.contains("appVersion: " + version + "\n"), chart);
    assertTrue(chart.contains("version: " + version.replace("-SNAPSHOT", "") + "\n"), chart);
  }
}
