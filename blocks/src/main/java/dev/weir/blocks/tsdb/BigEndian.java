package dev.weir.blocks.tsdb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// Numbers as Prometheus's files have them.
final class BigEndian {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private BigEndian() {}

  static int u32(byte[] bytes, int at) {
    return (int) INTS.get(bytes, at);
  }

  static long u64(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  static void putU32(byte[] bytes, int at, int value) {
    INTS.set(bytes, at, value);
  }

  static void putU64(byte[] bytes, int at, long value) {
    LONGS.set(bytes, at, value);
  }

  static int crc32c(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
