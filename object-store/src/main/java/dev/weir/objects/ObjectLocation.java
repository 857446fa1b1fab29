package dev.weir.objects;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Where objects are, and who asks for them. Where no keys are given, they are looked for in the
/// usual places of that store: environment, its own files, the machine's metadata.
public sealed interface ObjectLocation {
  /// What OpenDAL calls the kind of store.
  String scheme();

  /// What OpenDAL is told of it, secrets among it.
  Map<String, String> properties();

  /// What messages call it, without secrets.
  @Override
  String toString();

  /// A key and its secret. Not in any message.
  ///
  /// @param id what the key is called; the name of the account on Azure
  record Keys(String id, String secret) {
    public Keys {
      requireNonNull(id, "id");
      requireNonNull(secret, "secret");
    }

    @Override
    public String toString() {
      return "Keys[%s]".formatted(id);
    }
  }

  /// A bucket of Amazon S3, or of anything that speaks its language.
  ///
  /// @param prefix what all keys start with, without a slash at either end; may be empty
  /// @param endpoint of another than Amazon's
  record S3(
      String bucket,
      String prefix,
      Optional<URI> endpoint,
      Optional<String> region,
      Optional<Keys> keys)
      implements ObjectLocation {
    public S3 {
      checkPrefix(prefix);
    }

    @Override
    public String scheme() {
      return "s3";
    }

    @Override
    public Map<String, String> properties() {
      Map<String, String> properties = place("bucket", bucket, prefix, endpoint);
      // Stores that are not Amazon's take any, and OpenDAL must have one.
      region
          .or(() -> endpoint.map(_ -> "us-east-1"))
          .ifPresent(name -> properties.put("region", name));
      keys.ifPresent(pair -> {
        properties.put("access_key_id", pair.id());
        properties.put("secret_access_key", pair.secret());
      });
      return properties;
    }

    @Override
    public String toString() {
      return "s3://%s/%s".formatted(bucket, prefix);
    }
  }

  /// A bucket of Google Cloud Storage.
  ///
  /// @param credential the content of a service account's key file
  record Gcs(String bucket, String prefix, Optional<URI> endpoint, Optional<Credential> credential)
      implements ObjectLocation {
    public Gcs {
      checkPrefix(prefix);
    }

    @Override
    public String scheme() {
      return "gcs";
    }

    @Override
    public Map<String, String> properties() {
      Map<String, String> properties = place("bucket", bucket, prefix, endpoint);
      credential.ifPresent(key -> properties.put("credential", key.base64()));
      return properties;
    }

    @Override
    public String toString() {
      return "gs://%s/%s".formatted(bucket, prefix);
    }
  }

  /// A secret of one piece, in base 64. Not in any message.
  record Credential(String base64) {
    public Credential {
      requireNonNull(base64, "base64");
    }

    @Override
    public String toString() {
      return "Credential[]";
    }
  }

  /// A container of Azure Blob Storage.
  ///
  /// @param endpoint of the account, such as `https://account.blob.core.windows.net`
  record Azure(String container, String prefix, URI endpoint, Optional<Keys> keys)
      implements ObjectLocation {
    public Azure {
      checkPrefix(prefix);
    }

    @Override
    public String scheme() {
      return "azblob";
    }

    @Override
    public Map<String, String> properties() {
      Map<String, String> properties = place("container", container, prefix, Optional.of(endpoint));
      keys.ifPresent(pair -> {
        properties.put("account_name", pair.id());
        properties.put("account_key", pair.secret());
      });
      return properties;
    }

    @Override
    public String toString() {
      return "azblob://%s/%s".formatted(container, prefix);
    }
  }

  private static void checkPrefix(String prefix) {
    if (prefix.startsWith("/") || prefix.endsWith("/")) {
      throw new IllegalArgumentException("prefix \"%s\" has a slash at an end".formatted(prefix));
    }
  }

  /// What OpenDAL is told of any store.
  ///
  /// @param kind what the store calls what holds objects
  private static Map<String, String> place(
      String kind, String name, String prefix, Optional<URI> endpoint) {
    Map<String, String> properties = new TreeMap<>();
    properties.put(kind, name);
    properties.put("root", prefix.isEmpty() ? "/" : "/%s/".formatted(prefix));
    endpoint.ifPresent(url -> properties.put("endpoint", url.toString()));
    return properties;
  }
}
