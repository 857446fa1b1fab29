package dev.weir.promql.script;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The scripts that there are, and what became of them with an engine.
///
/// @param results of the evaluations, by the script's name
public record ScriptSuite(Map<String, List<ScriptRunner.Result>> results) {
  public ScriptSuite {
    results = new TreeMap<>(results);
  }

  /// Our own scripts: the resources in `/scripts`, which `index.txt` lists. They are for an engine
  /// with every feature that Prometheus keeps behind a flag.
  public static List<Script> own() throws IOException {
    return inResources("/scripts/");
  }

  /// Our own scripts in `/scripts/stable`: for an engine as it comes, without any such feature.
  public static List<Script> ownStable() throws IOException {
    return inResources("/scripts/stable/");
  }

  private static List<Script> inResources(String folder) throws IOException {
    List<Script> scripts = new ArrayList<>();
    for (String name : lines(folder + "index.txt")) {
      scripts.add(ScriptReader.read(name, text(folder + name)));
    }
    return scripts;
  }

  /// The files `*.test` of a folder.
  public static List<Script> inFolder(Path folder) throws IOException {
    List<Script> scripts = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".test")).sorted().toList()) {
        scripts.add(ScriptReader.read(file));
      }
    }
    return scripts;
  }

  /// What must pass of the scripts of the promqltest folder.
  public static RequiredScripts required() throws IOException {
    return RequiredScripts.parse(lines("/promqltest-required.txt"));
  }

  /// Runs scripts one after another, each against an engine of its own.
  public static ScriptSuite run(List<Script> scripts, Supplier<? extends ScriptEngine> engines) {
    Map<String, List<ScriptRunner.Result>> results = new TreeMap<>();
    for (Script script : scripts) {
      results.put(script.name(), new ScriptRunner(engines.get()).run(script));
    }
    return new ScriptSuite(results);
  }

  public List<ScriptRunner.Result> failures() {
    return results.values().stream()
        .flatMap(List::stream)
        .filter(result -> !result.passed())
        .toList();
  }

  /// The number of evaluations.
  public int size() {
    return results.values().stream().mapToInt(List::size).sum();
  }

  /// Failures by script; the last line is `promqltest: N passed, M failed`.
  public String report() {
    StringBuilder out = new StringBuilder();
    results.forEach((name, ofScript) -> {
      long passed = ofScript.stream().filter(ScriptRunner.Result::passed).count();
      out.append("%s: %d of %d passed%n".formatted(name, passed, ofScript.size()));
      ofScript.stream()
          .filter(result -> !result.passed())
          .forEach(result -> out.append("  ").append(result).append(System.lineSeparator()));
    });
    int failed = failures().size();
    return out.append("promqltest: %d passed, %d failed".formatted(size() - failed, failed))
        .toString();
  }

  static List<String> lines(String resource) throws IOException {
    return text(resource)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .toList();
  }

  private static String text(String resource) throws IOException {
    try (InputStream in = ScriptSuite.class.getResourceAsStream(resource)) {
      return new String(
          Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
