package dev.weir.query.watch;

import dev.weir.model.Tenant;

/// What a client asks.
///
/// @param stepMillis 0 asks for the value at the start
/// @param clientAddress where the request came from
public record Question(
    Tenant tenant,
    String query,
    long startMillis,
    long endMillis,
    long stepMillis,
    String clientAddress,
    String method,
    String path) {}
