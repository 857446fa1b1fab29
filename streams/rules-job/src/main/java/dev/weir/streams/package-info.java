/// The Kafka Streams job that evaluates alert and recording rules beside the samples will live
/// here. Nothing is implemented yet.
@NullMarked
package dev.weir.streams;

import org.jspecify.annotations.NullMarked;
