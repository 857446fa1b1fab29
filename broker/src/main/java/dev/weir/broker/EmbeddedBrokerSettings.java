package dev.weir.broker;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// How an embedded broker runs.
///
/// @param directory where the broker keeps its log; made when it is missing, kept across restarts
/// @param listener where clients connect; default `127.0.0.1:9092`
/// @param advertised the address that clients are told to connect to, where that is not `listener`
///   (a listener on all addresses has to name one)
/// @param controller where the KRaft controller listens, for this process alone; default
///   `127.0.0.1:19092`
/// @param clusterId the cluster that the directory must belong to, and is formatted for when it is
///   new; absent: whichever it belongs to, and a random one when it is new
/// @param startTimeout how long a start may take before it is given up; default 2 minutes, because
///   an unclean stop may leave much log to check
/// @param kafka further settings of the Kafka server by their own names, which win over those that
///   Weir chooses; the few on which the embedding rests are refused
public record EmbeddedBrokerSettings(
    Path directory,
    ListenAddress listener,
    Optional<ListenAddress> advertised,
    ListenAddress controller,
    Optional<String> clusterId,
    Duration startTimeout,
    Map<String, String> kafka) {

  /// Where clients connect unless told otherwise.
  public static final ListenAddress DEFAULT_LISTENER = ListenAddress.loopback(9092);

  /// Where the controller listens unless told otherwise.
  public static final ListenAddress DEFAULT_CONTROLLER = ListenAddress.loopback(19_092);

  private static final Duration DEFAULT_START_TIMEOUT = Duration.ofMinutes(2);

  /// Refuses two listeners on one port, a listener on all addresses that advertises none, and Kafka
  /// settings on which the embedding rests.
  public EmbeddedBrokerSettings {
    directory = directory.toAbsolutePath().normalize();
    requireNonNull(listener, "listener");
    requireNonNull(advertised, "advertised");
    requireNonNull(controller, "controller");
    requireNonNull(clusterId, "clusterId");
    kafka = Map.copyOf(kafka);

    if (directory.toString().contains(",")) {
      throw new IllegalArgumentException(
          "broker directory %s: Kafka takes a comma for the end of a directory; use a path without one"
              .formatted(directory));
    }
    if (listener.port() != 0 && listener.port() == controller.port()) {
      throw new IllegalArgumentException(
          "broker listener %s and controller %s share port %d; give each a port of its own"
              .formatted(listener, controller, listener.port()));
    }
    if (listener.isWildcard() && advertised.isEmpty()) {
      throw new IllegalArgumentException(
          "broker listener %s is on all addresses; say which one clients are to use (advertised)"
              .formatted(listener));
    }
    if (advertised.isPresent() && advertised.get().isWildcard()) {
      throw new IllegalArgumentException(
          "advertised address %s stands for all addresses; name one that clients can reach"
              .formatted(advertised.get()));
    }
    if (controller.isWildcard()) {
      throw new IllegalArgumentException(
          "controller %s is on all addresses; only this process uses it, so name one, such as %s"
              .formatted(controller, ListenAddress.loopback(controller.port())));
    }
    if (clusterId.isPresent() && !clusterId.get().matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException(
          "cluster id \"%s\" is not 1 to 64 letters, digits, '-' or '_'"
              .formatted(clusterId.get()));
    }
    if (!startTimeout.isPositive()) {
      throw new IllegalArgumentException(
          "broker start timeout %s is not positive".formatted(startTimeout));
    }
    for (String name : new TreeMap<>(kafka).keySet()) {
      if (ServerProperties.RESERVED.contains(name)) {
        throw new IllegalArgumentException(
            "Kafka setting \"%s\" is Weir's own in an embedded broker; leave it out"
                .formatted(name));
      }
    }
  }

  /// The defaults, with the log in a directory.
  public static EmbeddedBrokerSettings in(Path directory) {
    return new EmbeddedBrokerSettings(
        directory,
        DEFAULT_LISTENER,
        Optional.empty(),
        DEFAULT_CONTROLLER,
        Optional.empty(),
        DEFAULT_START_TIMEOUT,
        Map.of());
  }

  /// The same, listening for clients elsewhere.
  public EmbeddedBrokerSettings withListener(ListenAddress newListener) {
    return new EmbeddedBrokerSettings(
        directory, newListener, advertised, controller, clusterId, startTimeout, kafka);
  }

  /// The same, listening for clients on all of an address and telling them to use another.
  public EmbeddedBrokerSettings withListener(
      ListenAddress newListener, ListenAddress newAdvertised) {
    return new EmbeddedBrokerSettings(
        directory,
        newListener,
        Optional.of(newAdvertised),
        controller,
        clusterId,
        startTimeout,
        kafka);
  }

  /// The same, the listener and what it advertises on a port that is known now.
  EmbeddedBrokerSettings onListenerPort(int port) {
    return new EmbeddedBrokerSettings(
        directory,
        listener.withPort(port),
        advertised.map(address -> address.port() == 0 ? address.withPort(port) : address),
        controller,
        clusterId,
        startTimeout,
        kafka);
  }

  /// The same, with the controller elsewhere.
  public EmbeddedBrokerSettings withController(ListenAddress newController) {
    return new EmbeddedBrokerSettings(
        directory, listener, advertised, newController, clusterId, startTimeout, kafka);
  }

  /// The same, both listeners on free ports of the loopback address.
  public EmbeddedBrokerSettings onFreePorts() {
    return withListener(ListenAddress.loopback(0)).withController(ListenAddress.loopback(0));
  }

  /// The same, insisting on a cluster.
  public EmbeddedBrokerSettings withClusterId(String newClusterId) {
    return new EmbeddedBrokerSettings(
        directory,
        listener,
        advertised,
        controller,
        Optional.of(newClusterId),
        startTimeout,
        kafka);
  }

  /// The same, with another bound for the start.
  public EmbeddedBrokerSettings withStartTimeout(Duration newStartTimeout) {
    return new EmbeddedBrokerSettings(
        directory, listener, advertised, controller, clusterId, newStartTimeout, kafka);
  }

  /// The same, with one more setting of the Kafka server.
  public EmbeddedBrokerSettings withKafka(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(kafka);
    more.put(name, value);
    return new EmbeddedBrokerSettings(
        directory, listener, advertised, controller, clusterId, startTimeout, more);
  }
}
