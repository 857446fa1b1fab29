/// What Alertmanager does will live here: silences, inhibition, notification and receivers, fed by
/// `weir.alerts`. Nothing is implemented yet.
@NullMarked
package dev.weir.alerting;

import org.jspecify.annotations.NullMarked;
