/// Scraping, exposition formats, push receivers and publishing rows to Kafka.
@NullMarked
package dev.weir.collectors;

import org.jspecify.annotations.NullMarked;
