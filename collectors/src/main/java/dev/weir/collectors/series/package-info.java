/// The series that each tenant has in this collector, scraped and pushed, and the bound on their
/// number.
@NullMarked
package dev.weir.collectors.series;

import org.jspecify.annotations.NullMarked;
