package dev.weir.standalone.pipeline;

import dev.weir.model.WeirException;
import dev.weir.service.http.ListenAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// Finds out whether an address can be listened on before anything slow is started for it. Whoever
/// takes it in between is found when the server listens.
final class ListenPort {

  private ListenPort() {}

  /// The address with a port that was free just now: its own, or any where it asks for port 0.
  ///
  /// @throws WeirException.Unavailable if it cannot be listened on
  static ListenAddress reserve(ListenAddress wanted) {
    InetSocketAddress address =
        wanted.host().isEmpty()
            ? new InetSocketAddress(wanted.port())
            : new InetSocketAddress(wanted.host(), wanted.port());
    if (address.isUnresolved()) {
      throw new WeirException.Unavailable(message(wanted, "the host is not known"));
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
      return new ListenAddress(wanted.host(), socket.getLocalPort());
    } catch (IOException e) {
      throw new WeirException.Unavailable(message(wanted, String.valueOf(e.getMessage())), e);
    }
  }

  private static String message(ListenAddress wanted, String found) {
    return "cannot listen on %s: %s; choose another address with --listen".formatted(wanted, found);
  }
}
