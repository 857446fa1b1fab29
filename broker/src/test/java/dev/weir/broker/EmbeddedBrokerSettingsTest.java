package dev.weir.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class EmbeddedBrokerSettingsTest {

  private final EmbeddedBrokerSettings settings = EmbeddedBrokerSettings.in(Path.of("/var/weir"));

  @Test
  void listensOnTheLoopbackAddressUnlessToldOtherwise() {
    assertEquals("127.0.0.1:9092", settings.listener().toString());
    assertEquals("127.0.0.1:19092", settings.controller().toString());
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertRefused(
        "broker listener 127.0.0.1:19092 and controller 127.0.0.1:19092 share port 19092; give each"
            + " a port of its own",
        () -> settings.withListener(ListenAddress.loopback(19_092)));
    assertRefused(
        "broker listener 0.0.0.0:9092 is on all addresses; say which one clients are to use"
            + " (advertised)",
        () -> settings.withListener(ListenAddress.parse("0.0.0.0:9092")));
    assertRefused(
        "advertised address [::]:9092 stands for all addresses; name one that clients can reach",
        () ->
            settings.withListener(
                ListenAddress.parse("0.0.0.0:9092"), ListenAddress.parse("[::]:9092")));
    assertRefused(
        "controller 0.0.0.0:19092 is on all addresses; only this process uses it, so name one, such"
            + " as 127.0.0.1:19092",
        () -> settings.withController(ListenAddress.parse("0.0.0.0:19092")));
    assertRefused(
        "cluster id \"a cluster\" is not 1 to 64 letters, digits, '-' or '_'",
        () -> settings.withClusterId("a cluster"));
    assertRefused(
        "broker start timeout PT0S is not positive",
        () -> settings.withStartTimeout(Duration.ZERO));
    assertRefused(
        "broker directory /var/a,b: Kafka takes a comma for the end of a directory; use a path"
            + " without one",
        () -> EmbeddedBrokerSettings.in(Path.of("/var/a,b")));
    assertRefused(
        "Kafka setting \"log.dirs\" is Weir's own in an embedded broker; leave it out",
        () -> settings.withKafka("log.dirs", "/elsewhere"));
  }

  @Test
  void givesKafkaTheAdvertisedAddressAndTheUsersOwnSettings() {
    Properties properties =
        ServerProperties.of(
            settings
                .withListener(
                    ListenAddress.parse("0.0.0.0:9092"), ListenAddress.parse("weir.example:9092"))
                .withKafka("num.io.threads", "8"));

    assertEquals(
        "CLIENTS://0.0.0.0:9092,CONTROLLER://127.0.0.1:19092", properties.getProperty("listeners"));
    assertEquals(
        "CLIENTS://weir.example:9092,CONTROLLER://127.0.0.1:19092",
        properties.getProperty("advertised.listeners"));
    assertEquals("8", properties.getProperty("num.io.threads"));
  }

  private static void assertRefused(String message, Executable making) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, making).getMessage());
  }
}
