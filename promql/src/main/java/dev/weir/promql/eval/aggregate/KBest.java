package dev.weir.promql.eval.aggregate;

import dev.weir.promql.eval.function.Sorting;
import java.util.Arrays;

/// Finds the k best of some values without sorting them all: a heap with the worst of the best on
/// top. Among equal values the lower number is better.
final class KBest {
  private final boolean greatest;
  private int[] heap = new int[16];
  private double[] values = new double[16];
  private int size;

  /// @param greatest whether great values are the best ones
  KBest(boolean greatest) {
    this.greatest = greatest;
  }

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  /// The number of one of the best, in no order.
  int number(int place) {
    return heap[place];
  }

  /// Offers a value; numbers ascend.
  void offer(int number, double value, int k) {
    if (size < k) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, size * 2);
        values = Arrays.copyOf(values, size * 2);
      }
      heap[size] = number;
      values[size] = value;
      up(size++);
    } else if (compare(value, number, values[0], heap[0]) < 0) {
      heap[0] = number;
      values[0] = value;
      down();
    }
  }

  /// Negative if the first is better.
  private int compare(double value, int number, double otherValue, int otherNumber) {
    int order = Sorting.compareValues(value, otherValue, greatest);
    return order != 0 ? order : Integer.compare(number, otherNumber);
  }

  private boolean isWorse(int place, int other) {
    return compare(values[place], heap[place], values[other], heap[other]) > 0;
  }

  private void up(int from) {
    int place = from;
    while (place > 0 && isWorse(place, (place - 1) / 2)) {
      swap(place, (place - 1) / 2);
      place = (place - 1) / 2;
    }
  }

  private void down() {
    int place = 0;
    while (true) {
      int worst = place;
      for (int child = 2 * place + 1; child <= 2 * place + 2 && child < size; child++) {
        if (isWorse(child, worst)) {
          worst = child;
        }
      }
      if (worst == place) {
        return;
      }
      swap(place, worst);
      place = worst;
    }
  }

  private void swap(int a, int b) {
    int number = heap[a];
    heap[a] = heap[b];
    heap[b] = number;
    double value = values[a];
    values[a] = values[b];
    values[b] = value;
  }
}
