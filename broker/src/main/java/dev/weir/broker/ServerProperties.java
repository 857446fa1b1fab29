package dev.weir.broker;

import java.util.Properties;
import java.util.Set;

/// The Kafka server's settings for a cluster of one node.
///
/// Three things guide the choice. Every replication factor is 1, as there is one node. Internal
/// topics and threads are few, as one machine runs everything else too. A restart is quick also
/// after a SIGKILL: the controller lets the broker in again once the session of its former life has
/// run out, so sessions are short (2 s instead of 9 s), and segments are small enough that checking
/// the last one of each partition takes little.
///
/// The log is not forced to disk for each record: as on any Kafka broker, an acknowledged record
/// survives the end of the process, while the end of the machine's power is what replication is
/// for.
final class ServerProperties {

  static final int NODE_ID = 1;
  static final String CLIENT_LISTENER = "CLIENTS";
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  /// What a user cannot set, because the embedding itself rests on it.
  static final Set<String> RESERVED =
      Set.of(
          "process.roles",
          "node.id",
          "broker.id",
          "log.dir",
          "log.dirs",
          "metadata.log.dir",
          "listeners",
          "advertised.listeners",
          "listener.security.protocol.map",
          "inter.broker.listener.name",
          "controller.listener.names",
          "controller.quorum.voters",
          "controller.quorum.bootstrap.servers",
          "server.max.startup.time.ms");

  private ServerProperties() {}

  /// The settings as Kafka reads them, for listeners whose ports are known.
  static Properties of(EmbeddedBrokerSettings settings) {
    Properties properties = new Properties();
    properties.setProperty("process.roles", "broker,controller");
    properties.setProperty("node.id", Integer.toString(NODE_ID));
    properties.setProperty("log.dirs", settings.directory().toString());
    properties.setProperty(
        "listeners",
        CLIENT_LISTENER
            + "://"
            + settings.listener()
            + ","
            + CONTROLLER_LISTENER
            + "://"
            + settings.controller());
    properties.setProperty(
        "advertised.listeners",
        CLIENT_LISTENER
            + "://"
            + settings.advertised().orElse(settings.listener())
            + ","
            + CONTROLLER_LISTENER
            + "://"
            + settings.controller());
    properties.setProperty(
        "listener.security.protocol.map",
        CLIENT_LISTENER + ":PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
    properties.setProperty("inter.broker.listener.name", CLIENT_LISTENER);
    properties.setProperty("controller.listener.names", CONTROLLER_LISTENER);
    properties.setProperty("controller.quorum.voters", NODE_ID + "@" + settings.controller());
    properties.setProperty(
        "server.max.startup.time.ms", Long.toString(settings.startTimeout().toMillis()));

    // One node: nothing is replicated. Internal topics: four partitions are plenty for one node.
    for (String topic :
        new String[] {"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
      properties.setProperty(topic + ".replication.factor", "1");
      properties.setProperty(topic + ".num.partitions", "4");
    }
    properties.setProperty("transaction.state.log.min.isr", "1");
    properties.setProperty("share.coordinator.state.topic.min.isr", "1");
    properties.setProperty("default.replication.factor", "1");
    properties.setProperty("min.insync.replicas", "1");

    // Topics are made by whoever owns them, with the settings they need, and not by a typing error.
    properties.setProperty("auto.create.topics.enable", "false");

    // A restart is quick, also after a SIGKILL.
    properties.setProperty("broker.session.timeout.ms", "2000");
    properties.setProperty("broker.heartbeat.interval.ms", "300");
    properties.setProperty("num.recovery.threads.per.data.dir", "2");
    properties.setProperty("log.segment.bytes", Integer.toString(64 << 20));

    // Until the transaction of a process that was killed is given up, nobody reads what others have
    // written behind it. Kafka looks for such transactions every 10 s only.
    properties.setProperty("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");

    // One machine for everything: few threads, small buffers, no waiting for more group members.
    properties.setProperty("num.network.threads", "2");
    properties.setProperty("num.io.threads", "4");
    properties.setProperty("background.threads", "2");
    properties.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
    properties.setProperty("group.initial.rebalance.delay.ms", "0");

    settings.kafka().forEach(properties::setProperty);
    return properties;
  }
}
