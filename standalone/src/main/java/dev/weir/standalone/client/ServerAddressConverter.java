package dev.weir.standalone.client;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads the address of a server.
public final class ServerAddressConverter implements ITypeConverter<URI> {

  @Override
  public URI convert(String text) {
    try {
      URI address = new URI(text);
      if (address.getHost() != null
          && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))) {
        return address;
      }
    } catch (URISyntaxException _) {
      // Falls through to the message, which says what an address looks like.
    }
    throw new TypeConversionException(
        "\"%s\" is not the address of a server; use for example http://localhost:9090"
            .formatted(text));
  }
}
