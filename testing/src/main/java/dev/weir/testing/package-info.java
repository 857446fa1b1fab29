/// Clocks, contracts, and broker and registry fixtures, for tests only.
@NullMarked
package dev.weir.testing;

import org.jspecify.annotations.NullMarked;
