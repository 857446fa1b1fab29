package dev.weir.schemas.wire;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Confluent's client of schema registries, in a class loader of its own.
///
/// Maven Central has that client only inside Flink's `flink-sql-avro-confluent-registry`, under
/// another package and beside Guava, zstd, commons and more under their own names, which must not
/// reach our class path (`docs/decisions/0022-registry-client-apart.md`). So the jar is opened
/// apart, sees nothing of ours but SLF4J, and is called by reflection: a handful of methods that
/// take and give strings and numbers.
final class RegistryClientJar {
  static final int NOT_FOUND = 404;

  /// Where the jar is, instead of beside our own in the directory `registry`.
  private static final String PLACE_PROPERTY = "weir.registry.client";

  private static final String PREFIX =
      "org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.";

  /// The registry answered, but not as wished.
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    RefusedException(int status, String message, Throwable cause) {
      super(message, cause);
      this.status = status;
    }

    /// The HTTP status.
    int status() {
      return status;
    }
  }

  /// Shows SLF4J and the JDK, nothing else of ours.
  private static final class LoggingOnly extends ClassLoader {
    LoggingOnly() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith("org.slf4j.")) {
        return Class.forName(name, false, RegistryClientJar.class.getClassLoader());
      }
      throw new ClassNotFoundException(name);
    }
  }

  private final URLClassLoader loader;
  private final Class<?> clientClass;
  private final Class<?> avroSchemaClass;
  private final Class<?> refusal;
  private final Method register;
  private final Method getSchemaById;
  private final Method updateCompatibility;
  private final Method canonicalString;
  private final Method getStatus;

  private RegistryClientJar(URLClassLoader loader) throws ReflectiveOperationException {
    this.loader = loader;
    this.clientClass = loader.loadClass(PREFIX + "client.CachedSchemaRegistryClient");
    this.avroSchemaClass = loader.loadClass(PREFIX + "avro.AvroSchema");
    this.refusal = loader.loadClass(PREFIX + "client.rest.exceptions.RestClientException");
    Class<?> parsedSchema = loader.loadClass(PREFIX + "ParsedSchema");
    this.register = clientClass.getMethod("register", String.class, parsedSchema);
    this.getSchemaById = clientClass.getMethod("getSchemaById", int.class);
    this.updateCompatibility =
        clientClass.getMethod("updateCompatibility", String.class, String.class);
    this.canonicalString = parsedSchema.getMethod("canonicalString");
    this.getStatus = refusal.getMethod("getStatus");
  }

  /// Where the jar should be.
  ///
  /// @throws WeirException.BadData if it is not there
  static Path find() {
    String place = System.getProperty(PLACE_PROPERTY, "");
    Path directory = place.isEmpty() ? besideOurJar() : Path.of(place);
    if (Files.isRegularFile(directory)) {
      return directory;
    }
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        Path jar =
            files
                .filter(file -> file.toString().endsWith(".jar"))
                .sorted()
                .findFirst()
                .orElse(null);
        if (jar != null) {
          return jar;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(directory.toString(), e);
      }
    }
    throw new WeirException.BadData(
        "%s: Confluent's schema registry client is not there; put flink-sql-avro-confluent-registry"
                .formatted(directory)
            + " into it, or say where it is with -D"
            + PLACE_PROPERTY);
  }

  private static Path besideOurJar() {
    try {
      Path ours =
          Path.of(
              RegistryClientJar.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return ours.resolveSibling("registry");
    } catch (URISyntaxException e) {
      throw new WeirException.Internal("place of our own jar", e);
    }
  }

  static RegistryClientJar open(Path jar) {
    try {
      URLClassLoader loader =
          new URLClassLoader(
              "schema-registry-client", new URL[] {jar.toUri().toURL()}, new LoggingOnly());
      return new RegistryClientJar(loader);
    } catch (ReflectiveOperationException e) {
      throw new WeirException.BadData(
          "%s: is no Confluent schema registry client as Flink 2.3 ships it".formatted(jar), e);
    } catch (IOException e) {
      throw new UncheckedIOException(jar.toString(), e);
    }
  }

  Object newClient(List<String> urls, int capacity, Map<String, Object> config) {
    try {
      return clientClass
          .getConstructor(List.class, int.class, Map.class)
          .newInstance(urls, capacity, config);
    } catch (InvocationTargetException e) {
      throw new WeirException.BadData(
          "schema registry %s: %s".formatted(urls, causeOf(e).getMessage()), causeOf(e));
    } catch (ReflectiveOperationException e) {
      throw new WeirException.Internal("constructor of Confluent's client", e);
    }
  }

  int register(Object client, String subject, String schema) throws RefusedException, IOException {
    return (Integer) call(register, client, subject, parse(schema));
  }

  private Object parse(String schema) {
    try {
      return avroSchemaClass.getConstructor(String.class).newInstance(schema);
    } catch (ReflectiveOperationException e) {
      throw new WeirException.Internal("Avro schema as Confluent's client has it", e);
    }
  }

  String schema(Object client, int id) throws RefusedException, IOException {
    return (String) call(canonicalString, call(getSchemaById, client, id));
  }

  void updateCompatibility(Object client, String subject, String level)
      throws RefusedException, IOException {
    call(updateCompatibility, client, subject, level);
  }

  private Object call(Method method, Object target, Object... arguments)
      throws RefusedException, IOException {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      Throwable cause = causeOf(e);
      if (refusal.isInstance(cause)) {
        throw new RefusedException(status(cause), String.valueOf(cause.getMessage()), cause);
      }
      if (cause instanceof IOException failure) {
        throw failure;
      }
      throw new WeirException.Internal(
          "Confluent's client, %s: %s".formatted(method.getName(), cause), cause);
    } catch (IllegalAccessException e) {
      throw new WeirException.Internal("Confluent's client, " + method.getName(), e);
    }
  }

  /// What the called method threw.
  private static Throwable causeOf(InvocationTargetException e) {
    return requireNonNull(e.getCause(), "an exception of the called method");
  }

  private int status(Throwable refused) {
    try {
      return (Integer) getStatus.invoke(refused);
    } catch (ReflectiveOperationException e) {
      throw new WeirException.Internal("status of a refusal by Confluent's client", e);
    }
  }

  void close() {
    try {
      loader.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Confluent's client", e);
    }
  }
}
