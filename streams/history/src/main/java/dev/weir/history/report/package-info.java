/// What a backtest shows of alerts, for whoever prints it.
@NullMarked
package dev.weir.history.report;

import org.jspecify.annotations.NullMarked;
