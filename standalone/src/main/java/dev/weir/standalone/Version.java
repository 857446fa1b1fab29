package dev.weir.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// What this build is: its version, as the build wrote it into its jar.
final class Version implements IVersionProvider {

  private static final String RESOURCE = "version.properties";

  private final Properties properties;

  Version() {
    properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + RESOURCE + "; rebuild it");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + RESOURCE, e);
    }
  }

  String version() {
    return properties.getProperty("version");
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "weir " + version(),
      "java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
    };
  }
}
