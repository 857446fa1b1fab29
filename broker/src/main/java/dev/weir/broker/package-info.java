/// The embedded KRaft broker: the production server classes of Apache Kafka as one combined
/// controller and broker, in this process ([EmbeddedBroker]) or in one of its own
/// ([BrokerProcess]). It knows nothing of topics or records; whoever uses it is a plain Kafka
/// client.
@NullMarked
package dev.weir.broker;

import org.jspecify.annotations.NullMarked;
