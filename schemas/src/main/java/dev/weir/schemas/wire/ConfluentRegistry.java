package dev.weir.schemas.wire;

import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/// A schema registry with Confluent's API (Confluent's own, Apicurio, Karapace), asked by
/// Confluent's own client out of a [RegistryClientJar].
public final class ConfluentRegistry implements SchemaRegistry {
  /// Old readers read new records and new readers old ones, across all versions: members of several
  /// versions run side by side during an upgrade, and topics keep what older ones wrote.
  private static final String COMPATIBILITY = "FULL_TRANSITIVE";

  private static final int CACHED_IDS = 1000;

  private final RegistryClientJar jar;
  private final Object client;
  private final String urls;
  private final Map<Integer, Schema> byId = new ConcurrentHashMap<>();

  private ConfluentRegistry(RegistryClientJar jar, Object client, String urls) {
    this.jar = jar;
    this.client = client;
    this.urls = urls;
  }

  /// A client for a registry. Nothing is asked yet.
  ///
  /// @param urls of the registry's instances
  /// @param config settings of Confluent's client, such as `basic.auth.credentials.source`
  /// @throws WeirException.BadData if Confluent's client is not installed
  public static ConfluentRegistry connect(List<String> urls, Map<String, String> config) {
    return connect(RegistryClientJar.find(), urls, config);
  }

  /// As [#connect(List, Map)], with the client's jar at a place of the caller's choice.
  public static ConfluentRegistry connect(
      Path clientJar, List<String> urls, Map<String, String> config) {
    RegistryClientJar jar = RegistryClientJar.open(clientJar);
    return new ConfluentRegistry(
        jar,
        jar.newClient(List.copyOf(urls), CACHED_IDS, new HashMap<>(config)),
        String.join(", ", urls));
  }

  @Override
  public int register(String subject, Schema schema) {
    String what = "schema %s under subject %s".formatted(schema.getFullName(), subject);
    try {
      int id = jar.register(client, subject, schema.toString());
      jar.updateCompatibility(client, subject, COMPATIBILITY);
      return id;
    } catch (RegistryClientJar.RefusedException e) {
      if (e.status() >= 500) {
        throw unavailable(what, e);
      }
      throw new WeirException.BadData(
          "schema registry %s refuses %s: %s".formatted(urls, what, e.getMessage()), e);
    } catch (IOException e) {
      throw unavailable(what, e);
    }
  }

  @Override
  public Schema schema(int id) {
    Schema known = byId.get(id);
    if (known != null) {
      return known;
    }
    try {
      Schema schema = new Schema.Parser().parse(jar.schema(client, id));
      byId.put(id, schema);
      return schema;
    } catch (RegistryClientJar.RefusedException e) {
      if (e.status() == RegistryClientJar.NOT_FOUND) {
        throw new WeirException.Corrupt(
            "record names schema %d, which schema registry %s does not know".formatted(id, urls),
            e);
      }
      throw unavailable("schema " + id, e);
    } catch (IOException e) {
      throw unavailable("schema " + id, e);
    }
  }

  private WeirException unavailable(String what, Exception cause) {
    return new WeirException.Unavailable(
        "schema registry %s gives no answer about %s: %s"
            .formatted(urls, what, Optional.ofNullable(cause.getMessage()).orElse("no reason")),
        cause);
  }

  @Override
  public void close() {
    jar.close();
  }
}
