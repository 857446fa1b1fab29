/// Configuration files: `prometheus.yml` as Prometheus reads it, and `weir.yml`. A file is read
/// whole, every problem in it is reported at once, and what comes out are records that exist only
/// when they are valid.
@NullMarked
package dev.weir.service.config;

import org.jspecify.annotations.NullMarked;
