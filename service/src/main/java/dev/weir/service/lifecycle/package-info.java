/// How roles start and stop, whether alone in a process or together with others.
@NullMarked
package dev.weir.service.lifecycle;

import org.jspecify.annotations.NullMarked;
