/// Rule files: Prometheus's own, and `PrometheusRule` manifests of Kubernetes. A file is read
/// whole, and every problem in it is reported at once, by line and, inside of expressions and
/// templates, by column.
@NullMarked
package dev.weir.rules.file;

import org.jspecify.annotations.NullMarked;
