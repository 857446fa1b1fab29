/// Go's `text/template`, as rule files and notification templates use it: a lexer, a parser with
/// Go's errors, and an interpreter over plain Java values. Functions are a set that the caller
/// chooses; [dev.weir.rules.template.function] has Prometheus's.
///
/// A template is parsed once and expanded by any number of threads. It can do nothing but compute
/// text: output, iterations and depth are bounded.
@NullMarked
package dev.weir.rules.template;

import org.jspecify.annotations.NullMarked;
