package dev.weir.objects;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/// An S3 in this process, over a directory, with one bucket. Started again on its port, it has what
/// it had.
public final class S3Server implements AutoCloseable {
  public static final String BUCKET = "metrics";
  public static final String KEY_ID = "weir";
  public static final String SECRET = "a secret of tests";

  private final S3Proxy proxy;

  private S3Server(S3Proxy proxy) {
    this.proxy = proxy;
  }

  /// Starts on any port.
  public static S3Server start(Path directory) throws Exception {
    return start(directory, 0);
  }

  public static S3Server start(Path directory, int port) throws Exception {
    FilesystemNio2BlobStore blobs = new FilesystemNio2BlobStore(directory.toString());
    if (!blobs.containerExists(BUCKET)) {
      blobs.createContainer(BUCKET);
    }
    S3Proxy proxy =
        S3Proxy.builder()
            .blobStore(blobs)
            .endpoint(URI.create("http://127.0.0.1:" + port))
            .awsAuthentication(AuthenticationType.AWS_V4, KEY_ID, SECRET)
            .v4MaxNonChunkedRequestSize(64 << 20)
            .stopTimeout(0)
            .build();
    proxy.start();
    return new S3Server(proxy);
  }

  public int port() {
    return proxy.getPort();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /// Where a store with a prefix is on this server.
  public ObjectLocation.S3 location(String prefix) {
    return new ObjectLocation.S3(
        BUCKET,
        prefix,
        Optional.of(endpoint()),
        Optional.empty(),
        Optional.of(new ObjectLocation.Keys(KEY_ID, SECRET)));
  }

  @Override
  public void close() {
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the S3 of the test did not stop", e);
    }
  }
}
