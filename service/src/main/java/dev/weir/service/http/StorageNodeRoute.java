package dev.weir.service.http;

/// Where storage nodes take questions over HTTP: what whoever asks and whoever answers agree on.
/// The bytes of both are documented in `dev.weir.blocks.node`.
public final class StorageNodeRoute {
  /// Takes a question as the body of a `POST`; the answer is the body of what comes back.
  public static final String PATH = "/internal/v1/storage-node";

  public static final String CONTENT_TYPE = "application/vnd.weir.storage-node";

  private StorageNodeRoute() {}
}
