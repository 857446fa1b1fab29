/// The embedded KRaft broker: the production server classes of Apache Kafka in this process.
@NullMarked
package dev.weir.broker;

import org.jspecify.annotations.NullMarked;
