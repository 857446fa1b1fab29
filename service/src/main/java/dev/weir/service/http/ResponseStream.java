package dev.weir.service.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Blocker;

/// The body of an answer on its way to the client. It is gathered into pieces, because each that is
/// sent costs a system call and wakes the client; a body of one piece is sent with its length, and
/// its last byte with its headers. For one thread, which waits where the client reads slowly.
final class ResponseStream extends OutputStream {
  private static final int FIRST_BYTES = 2 << 10;
  private static final int PIECE_BYTES = 128 << 10;

  private final Content.Sink sink;
  private byte[] piece = new byte[FIRST_BYTES];
  private int length;

  /// The client is gone. What writers still have, as they do when they are closed, is dropped.
  private boolean failed;

  ResponseStream(Content.Sink sink) {
    this.sink = sink;
  }

  @Override
  public void write(int value) throws IOException {
    makeRoom(1);
    piece[length++] = (byte) value;
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    int from = offset;
    int left = count;
    while (left > 0) {
      makeRoom(left);
      int taken = Math.min(left, piece.length - length);
      System.arraycopy(bytes, from, piece, length, taken);
      length += taken;
      from += taken;
      left -= taken;
    }
  }

  /// Has room for all that is asked for, or for some of it in a piece of full size.
  private void makeRoom(int bytes) throws IOException {
    if (piece.length - length >= bytes) {
      return;
    }
    if (piece.length < PIECE_BYTES) {
      int wanted = (int) Math.min(PIECE_BYTES, Math.max(2L * piece.length, (long) length + bytes));
      piece = Arrays.copyOf(piece, wanted);
    }
    if (length == piece.length) {
      send(false);
    }
  }

  private void send(boolean last) throws IOException {
    if (failed) {
      length = 0;
      return;
    }
    failed = true;
    try (Blocker.Callback callback = Blocker.callback()) {
      sink.write(last, ByteBuffer.wrap(piece, 0, length), callback);
      callback.block();
    } finally {
      length = 0;
    }
    failed = false;
  }

  /// Sends what there is, for clients that wait for a sign of life.
  @Override
  public void flush() throws IOException {
    if (length > 0) {
      send(false);
    }
  }

  /// Does nothing: writers close it when they fail, too, and then the body must not look whole.
  @Override
  public void close() {}

  /// Sends what is left. The body is whole.
  void finish() throws IOException {
    if (failed) {
      throw new IOException("the client was gone before all was written");
    }
    send(true);
  }
}
