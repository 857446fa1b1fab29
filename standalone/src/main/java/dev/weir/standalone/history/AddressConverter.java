package dev.weir.standalone.history;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads `jobmanager:8081`.
final class AddressConverter implements ITypeConverter<InetSocketAddress> {
  private static final Pattern ADDRESS = Pattern.compile("(.+):(\\d{1,5})");
  private static final int LAST_PORT = 65_535;

  @Override
  public InetSocketAddress convert(String text) {
    Matcher matcher = ADDRESS.matcher(text);
    if (matcher.matches()) {
      int port = Integer.parseInt(matcher.group(2));
      if (port > 0 && port <= LAST_PORT) {
        return InetSocketAddress.createUnresolved(matcher.group(1), port);
      }
    }
    throw new TypeConversionException(
        "\"%s\" is not an address; use host:port, such as jobmanager:8081".formatted(text));
  }
}
