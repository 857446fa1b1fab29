/// The commands that ask a running server: they speak Prometheus's HTTP API and know no class of a
/// service, so that any version of `weir`, or a Prometheus, can be asked.
@NullMarked
package dev.weir.standalone.client;

import org.jspecify.annotations.NullMarked;
