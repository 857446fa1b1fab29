/// What Alertmanager does: alerts come from `weir.alerts`, are grouped by the routes of an
/// `alertmanager.yml`, and receivers are told of them. Every member knows all alerts and all
/// groups; who sends for a group is decided by the partitions of `weir.notifications`.
///
/// [AlertingWorker] is the one thread that everything here belongs to; sending and HTTP requests
/// have threads of their own and talk to it by messages.
@NullMarked
package dev.weir.alerting;

import org.jspecify.annotations.NullMarked;
