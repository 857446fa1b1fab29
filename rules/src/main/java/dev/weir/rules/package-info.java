/// Rules and groups of rules, as definitions that are valid. How files become groups is in
/// [dev.weir.rules.file], how a group is evaluated in [dev.weir.rules.group], what becomes of
/// alerts in [dev.weir.rules.alert].
@NullMarked
package dev.weir.rules;

import org.jspecify.annotations.NullMarked;
