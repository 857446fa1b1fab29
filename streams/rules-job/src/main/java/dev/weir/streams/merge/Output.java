package dev.weir.streams.merge;

import org.jspecify.annotations.Nullable;

/// A record for one of the topics that the merge writes to.
///
/// @param value as the topic's schema has it; null takes the key away
public record Output(String topic, byte @Nullable [] value) {}
