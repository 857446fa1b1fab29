/// Clients of Kafka as every service needs them: settings, creation and checks of topics, and views
/// of compacted topics.
@NullMarked
package dev.weir.service.kafka;

import org.jspecify.annotations.NullMarked;
