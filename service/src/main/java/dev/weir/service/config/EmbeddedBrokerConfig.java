package dev.weir.service.config;

import dev.weir.service.http.ListenAddress;
import dev.weir.yaml.ConfigSection;
import java.util.List;

/// The `embedded_broker` section of `weir.yml`: where the broker listens that `weir run` starts
/// when it is not told of a Kafka.
///
/// @param listen for clients
/// @param controller for the broker itself
public record EmbeddedBrokerConfig(ListenAddress listen, ListenAddress controller) {
  private static final Setting<ListenAddress> LISTEN =
      Setting.of(
          "listen",
          SettingType.LISTEN_ADDRESS,
          new ListenAddress("127.0.0.1", 9092),
          "Where clients of Kafka connect. Port 0 takes a free one.");

  private static final Setting<ListenAddress> CONTROLLER =
      Setting.of(
          "controller",
          SettingType.LISTEN_ADDRESS,
          new ListenAddress("127.0.0.1", 19_092),
          "Where the broker reaches its own controller. Port 0 takes a free one.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "embedded_broker", "Where the embedded broker listens.", List.of(LISTEN, CONTROLLER));

  static EmbeddedBrokerConfig read(ConfigSection section) {
    return new EmbeddedBrokerConfig(LISTEN.read(section), CONTROLLER.read(section));
  }
}
