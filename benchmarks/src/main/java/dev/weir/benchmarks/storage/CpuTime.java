package dev.weir.benchmarks.storage;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/// The CPU time of this thread: unlike the time of day it does not pass while others run.
final class CpuTime {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private CpuTime() {}

  /// Seconds since some moment.
  static double seconds() {
    return THREADS.getCurrentThreadCpuTime() / 1e9;
  }
}
