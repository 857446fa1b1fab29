/// What every service needs: configuration files, HTTP server and clients, self metrics, Kafka
/// settings, topic creation and lifecycle. Each is a package of its own.
@NullMarked
package dev.weir.service;

import org.jspecify.annotations.NullMarked;
