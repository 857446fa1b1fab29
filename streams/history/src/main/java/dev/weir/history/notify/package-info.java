/// What receivers would have been told of alerts in the past.
@NullMarked
package dev.weir.history.notify;

import org.jspecify.annotations.NullMarked;
