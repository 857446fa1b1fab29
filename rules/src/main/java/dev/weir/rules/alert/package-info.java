/// What becomes of alerts, as pure functions of time: from the elements of a rule's value and the
/// alerts of the evaluation before to the alerts after, their transitions, and the series that say
/// so. Nothing here asks what time it is, or keeps anything.
@NullMarked
package dev.weir.rules.alert;

import org.jspecify.annotations.NullMarked;
