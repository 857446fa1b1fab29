/// The Flink job that works through the past: a task for each slice of each unit of rules, in
/// parallel, and behind them each rule's alerts in order.
@NullMarked
package dev.weir.history.job;

import org.jspecify.annotations.NullMarked;
