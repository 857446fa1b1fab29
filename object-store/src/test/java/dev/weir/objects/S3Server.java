package dev.weir.objects;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/// An S3 in this process, over a directory, with one bucket. Started again on its port, it has what
/// it had.
public final class S3Server implements AutoCloseable {
  public static final String BUCKET = "metrics";
  public static final String KEY_ID = "weir";
  public static final String SECRET = "a secret of tests";

  /// The directory lists files that are being written, under other names. S3 does not.
  private static final class WholeObjects extends ForwardingBlobStore {
    private static final Pattern UNFINISHED =
        Pattern.compile(".*-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    WholeObjects(BlobStore directory) {
      super(directory);
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
      ListObjectsV2Response all = super.list(request);
      return all.toBuilder()
          .contents(
              all.contents().stream()
                  .filter(object -> !UNFINISHED.matcher(object.key()).matches())
                  .toList())
          .build();
    }
  }

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
            .blobStore(new WholeObjects(blobs))
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
