/// Real Kafka brokers for tests: in this process, in one of their own, or in a container, all held
/// to [BrokerContract]. A test that only needs some broker takes [SharedBroker]; one that stops,
/// kills or fills it takes a [BrokerFixture] of its own.
@NullMarked
package dev.weir.testing.broker;

import org.jspecify.annotations.NullMarked;
