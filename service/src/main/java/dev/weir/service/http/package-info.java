/// The HTTP server that all roles of a process share: routes, requests and responses as values,
/// bounds, and metrics of its own. Jetty stays behind it.
@NullMarked
package dev.weir.service.http;

import org.jspecify.annotations.NullMarked;
