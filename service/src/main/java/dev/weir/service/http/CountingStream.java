package dev.weir.service.http;

import java.io.OutputStream;

/// Counts what is written to it: the length of the body that a HEAD request is not sent.
final class CountingStream extends OutputStream {
  private long count;

  @Override
  public void write(int value) {
    count++;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    count += length;
  }

  long count() {
    return count;
  }
}
