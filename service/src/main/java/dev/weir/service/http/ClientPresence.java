package dev.weir.service.http;

/// A watch over the client of a request, until it is closed.
@FunctionalInterface
public interface ClientPresence extends AutoCloseable {
  @Override
  void close();
}
