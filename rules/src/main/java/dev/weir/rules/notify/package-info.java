/// When receivers are told of a group of alerts, and of what, as pure functions of time: groups
/// with their clock, the decision whether a notification is due, and the message of a webhook.
/// Follows Alertmanager. Nothing here is sent, stored or waited for.
@NullMarked
package dev.weir.rules.notify;

import org.jspecify.annotations.NullMarked;
