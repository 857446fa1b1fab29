/// Rule groups as the topic of rules has them: what they say, joined with what their last
/// evaluations came to.
@NullMarked
package dev.weir.query.rules;

import org.jspecify.annotations.NullMarked;
