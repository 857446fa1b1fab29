package dev.weir.sink;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Forwards connections to a port of this machine, and holds uploads back in the middle: the server
/// has the first half of a request, and waits.
final class PausingProxy implements AutoCloseable {
  private final int target;
  private final ServerSocket server;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final CountDownLatch paused = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile boolean pausing;

  private PausingProxy(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  static PausingProxy to(int port) throws IOException {
    PausingProxy proxy = new PausingProxy(port);
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  int port() {
    return server.getLocalPort();
  }

  /// Holds back the next upload.
  void pauseUploads() {
    pausing = true;
  }

  void awaitPaused() throws InterruptedException {
    if (!paused.await(30, TimeUnit.SECONDS)) {
      throw new AssertionError("nothing was uploaded");
    }
  }

  void release() {
    released.countDown();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Socket store = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(client);
        sockets.add(store);
        Thread.ofVirtual().start(() -> forward(client, store, true));
        Thread.ofVirtual().start(() -> forward(store, client, false));
      }
    } catch (IOException e) {
      // Closed.
      release();
    }
  }

  private void forward(Socket from, Socket to, boolean requests) {
    byte[] buffer = new byte[1 << 16];
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        int sent = 0;
        if (requests && pausing && isUpload(buffer, count)) {
          pausing = false;
          sent = count / 2;
          out.write(buffer, 0, sent);
          paused.countDown();
          released.await();
        }
        out.write(buffer, sent, count - sent);
      }
    } catch (IOException | InterruptedException e) {
      // One side went away; the other is closed with it.
      release();
    }
  }

  private static boolean isUpload(byte[] bytes, int count) {
    return new String(bytes, 0, Math.min(4, count), StandardCharsets.US_ASCII).equals("PUT ");
  }

  @Override
  public void close() throws IOException {
    server.close();
    release();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
