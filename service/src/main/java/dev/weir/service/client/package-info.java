/// HTTP clients as Prometheus's files configure them: credentials, TLS, redirects, proxies.
@NullMarked
package dev.weir.service.client;

import org.jspecify.annotations.NullMarked;
