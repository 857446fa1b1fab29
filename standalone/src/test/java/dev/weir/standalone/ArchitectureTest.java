package dev.weir.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The walls of the house: which module may use which, which libraries stop at which door, and why.
/// The table is the one of `docs/architecture.md`.
class ArchitectureTest {

  /// A module, the modules that it may use, and the reason for that limit. Test-only modules and
  /// `benchmarks`, which may use everything, have no line.
  enum Module {
    MODEL("model", "everyone shares these words, so they can lean on nobody's"),
    YAML(
        "yaml",
        "it reads files for libraries and services alike, and knows what none of them mean",
        MODEL),
    PROMQL(
        "promql",
        "one engine serves queries, rule jobs and backtests, so it knows of none of them",
        MODEL),
    RULES(
        "rules",
        "rules and routing are pure functions of time; who runs them and where is not their matter",
        MODEL,
        YAML,
        PROMQL),
    BLOCKS(
        "blocks",
        "blocks outlive every service and are read by tools, so they depend on words alone",
        MODEL),
    OBJECTS(
        "objects",
        "an object store is one more store of blocks, and natives stay off every other path",
        MODEL,
        BLOCKS),
    SCHEMAS("schemas", "what travels on Kafka is a contract between services", MODEL),
    BROKER("broker", "the embedded broker can be replaced by a cluster: nothing may notice"),
    SERVICE(
        "service",
        "what every service needs must not drag one service's work into another",
        MODEL,
        YAML,
        SCHEMAS),
    COLLECTORS(
        "collectors",
        "a collector only produces rows; storage and queries evolve without it",
        MODEL,
        YAML,
        SCHEMAS,
        SERVICE),
    RULES_JOB(
        "streams",
        "rules are evaluated beside the partition, from rows, never from storage",
        MODEL,
        YAML,
        SCHEMAS,
        SERVICE,
        PROMQL,
        RULES),
    HISTORY(
        "history",
        "backtests run the same engine over blocks; no service takes part",
        MODEL,
        YAML,
        SCHEMAS,
        SERVICE,
        PROMQL,
        RULES,
        BLOCKS),
    SINK(
        "sink",
        "a storage node turns rows into blocks and evaluates pushed-down leaves",
        MODEL,
        SCHEMAS,
        SERVICE,
        BLOCKS,
        PROMQL),
    ALERTING(
        "alerting",
        "alerts arrive by topic, so notifications work while queries and storage are down",
        MODEL,
        YAML,
        SCHEMAS,
        SERVICE,
        RULES),
    QUERY(
        "query",
        "a query meets storage nodes by HTTP and blocks by their format, never by classes of a sink",
        MODEL,
        YAML,
        SCHEMAS,
        SERVICE,
        PROMQL,
        RULES,
        BLOCKS),
    STANDALONE(
        "standalone",
        "the one place where everything meets, and nothing needs it",
        MODEL,
        YAML,
        PROMQL,
        RULES,
        BLOCKS,
        OBJECTS,
        SCHEMAS,
        BROKER,
        SERVICE,
        COLLECTORS,
        RULES_JOB,
        HISTORY,
        SINK,
        ALERTING,
        QUERY);

    private final String name;
    private final String reason;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable.
    private final Set<Module> mayUse;

    Module(String name, String reason, Module... mayUse) {
      this.name = name;
      this.reason = reason;
      this.mayUse = Set.of(mayUse);
    }

    String rootPackage() {
      return "dev.weir." + name;
    }

    String packages() {
      return rootPackage() + "..";
    }

    String[] packagesOutOfBounds() {
      return Stream.concat(
              Arrays.stream(values())
                  .filter(other -> other != this && !mayUse.contains(other))
                  .map(Module::packages),
              Stream.of("dev.weir.testing..", "dev.weir.benchmarks.."))
          .toArray(String[]::new);
    }
  }

  /// The classes of every module, without their tests. Imported once: it takes a second.
  private static final JavaClasses WEIR =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.weir");

  private static final String[] LIBRARIES = {
    Module.MODEL.packages(),
    Module.YAML.packages(),
    Module.PROMQL.packages(),
    Module.RULES.packages(),
    Module.BLOCKS.packages(),
    Module.OBJECTS.packages()
  };

  @ParameterizedTest
  @EnumSource
  void everyModuleHasClassesToCheck(Module module) {
    assertTrue(
        WEIR.stream().anyMatch(type -> isIn(module, type)),
        () -> "no class of " + module.packages() + " on the class path: its rules check nothing");
  }

  @ParameterizedTest
  @EnumSource
  void usesOnlyWhatItMay(Module module) {
    noClasses()
        .that()
        .resideInAPackage(module.packages())
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(module.packagesOutOfBounds())
        .because(module.reason)
        .check(WEIR);
  }

  @Test
  void promqlAndBlocksMeetOnlyInTheModel() {
    noClasses()
        .that()
        .resideInAPackage(Module.PROMQL.packages())
        .should()
        .dependOnClassesThat()
        .resideInAPackage(Module.BLOCKS.packages())
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage(Module.SINK.packages())
        .because("the engine reads any storage through SeriesSource: memory, head, block or node")
        .check(WEIR);
    noClasses()
        .that()
        .resideInAPackage(Module.BLOCKS.packages())
        .should()
        .dependOnClassesThat()
        .resideInAPackage(Module.PROMQL.packages())
        .because("blocks hold samples for any reader, with or without a query language")
        .check(WEIR);
  }

  @Test
  void servicesShareTopicsAndHttpButNoClasses() {
    List<Module> services =
        List.of(Module.COLLECTORS, Module.RULES_JOB, Module.SINK, Module.ALERTING, Module.QUERY);
    for (Module service : services) {
      noClasses()
          .that()
          .resideInAPackage(service.packages())
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              services.stream()
                  .filter(other -> other != service)
                  .map(Module::packages)
                  .toArray(String[]::new))
          .because("each service is deployed, upgraded and restarted without the others")
          .check(WEIR);
    }
  }

  @Test
  void kafkaFlinkAndHttpStopAtTheLibraries() {
    noClasses()
        .that()
        .resideInAnyPackage(LIBRARIES)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.kafka..",
            "kafka..",
            "org.apache.avro..",
            "org.apache.flink..",
            "org.eclipse.jetty..",
            "jakarta.servlet..",
            "java.net.http..",
            "com.sun.net.httpserver..")
        .because("language, rules and storage run inside services, jobs, tools and tests alike")
        .check(WEIR);
  }

  @Test
  void objectStoresAreKnownOnlyToTheCommand() {
    noClasses()
        .that()
        .resideOutsideOfPackages(Module.OBJECTS.packages(), Module.STANDALONE.packages())
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(Module.OBJECTS.packages(), "org.apache.opendal..")
        .because("sinks and queries know a store of blocks, wherever it is")
        .check(WEIR);
  }

  @Test
  void theBrokerIsKnownOnlyToTheCommand() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            Module.BROKER.packages(), Module.STANDALONE.packages(), "dev.weir.testing..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(Module.BROKER.packages())
        .because("services see a bootstrap address, whoever answers there")
        .check(WEIR);
    noClasses()
        .that()
        .resideOutsideOfPackages(Module.BROKER.packages(), "dev.weir.testing..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("kafka..", "org.apache.kafka.server..", "org.apache.kafka.metadata..")
        .because("the broker's own classes are not an API and change with every release of Kafka")
        .check(WEIR);
  }

  @Test
  void flinkIsUsedByHistoryAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage(Module.HISTORY.packages())
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.flink..")
        .because("Flink brings a hundred jars and versions of its own of much that is on our path")
        .check(WEIR);
  }

  /// Confluent's registry client, which Flink ships, lies beside the class path.
  @Test
  void flinksJarsAreNotOnTheClassPathOfTheCommand() {
    List<String> jars =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).getFileName().toString())
            .toList();
    assertTrue(
        jars.stream().anyMatch(name -> name.startsWith("kafka-clients-")),
        () -> "not the class path of the command: " + jars);
    assertEquals(List.of(), jars.stream().filter(name -> name.startsWith("flink-")).toList());
  }

  @Test
  void packagesHaveNoCycles() {
    slices()
        .matching("dev.weir.(**)")
        .should()
        .beFreeOfCycles()
        .because("a package that can be understood alone can be changed alone")
        .check(WEIR);
  }

  @Test
  void everyPackageIsNullMarked() {
    List<String> unmarked =
        WEIR.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(found -> !found.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .sorted()
            .toList();
    assertEquals(List.of(), unmarked, "packages without @NullMarked in their package-info");
  }

  @Test
  void loggingGoesThroughSlf4j() {
    NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING
        .because("one configuration decides level and form of every line")
        .check(WEIR);
  }

  @Test
  void onlyCommandsWriteToStandardStreams() {
    noClasses()
        .that()
        .resideOutsideOfPackage(Module.STANDALONE.packages())
        .and()
        .doNotHaveFullyQualifiedName("dev.weir.broker.BrokerProcess")
        .should(ACCESS_STANDARD_STREAMS)
        .because("a service runs in a process whose output belongs to the command")
        .check(WEIR);
  }

  private static boolean isIn(Module module, JavaClass type) {
    return type.getPackageName().equals(module.rootPackage())
        || type.getPackageName().startsWith(module.rootPackage() + ".");
  }
}
