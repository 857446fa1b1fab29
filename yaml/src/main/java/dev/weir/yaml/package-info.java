/// Files that people write in YAML: values with the line they stand in, and every problem of a file
/// at once, each saying what would be right. It knows no key of any file; what a `prometheus.yml`,
/// a rule file or an `alertmanager.yml` holds is the matter of their readers.
@NullMarked
package dev.weir.yaml;

import org.jspecify.annotations.NullMarked;
