package dev.weir.streams.merge;

/// A record for one of the topics that the merge writes to.
///
/// @param value as the topic's schema has it
public record Output(String topic, byte[] value) {}
