package dev.weir.alerting;

import dev.weir.rules.routing.AlertmanagerConfig;
import dev.weir.service.config.HttpClientConfig;
import dev.weir.service.config.HttpClientConfigReader;
import dev.weir.yaml.ConfigFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// An `alertmanager.yml` with how its webhooks are reached.
///
/// @param clients of each webhook
public record NotificationConfig(
    AlertmanagerConfig alertmanager, Map<WebhookId, HttpClientConfig> clients) {

  /// @param index place among the receiver's webhooks, from 0
  public record WebhookId(String receiver, int index) {}

  public NotificationConfig {
    clients = Map.copyOf(clients);
  }

  /// @throws dev.weir.model.WeirException.BadData with every problem of the file, one a line
  public static NotificationConfig read(Path path) {
    return read(ConfigFile.read(path));
  }

  /// Reads text.
  ///
  /// @param name what problems call the file
  /// @throws dev.weir.model.WeirException.BadData with every problem of the file, one a line
  public static NotificationConfig of(String name, String text) {
    return read(ConfigFile.of(name, text));
  }

  /// What holds when no file is given: alerts are known and grouped, and nobody is told.
  public static NotificationConfig toNobody() {
    return of(
        "(default configuration)",
        """
        # No alertmanager.yml is given: alerts are shown, and nobody is told of them.
        route:
          receiver: nobody
        receivers:
          - name: nobody
        """);
  }

  private static NotificationConfig read(ConfigFile file) {
    Map<WebhookId, HttpClientConfig> clients = new HashMap<>();
    AlertmanagerConfig alertmanager =
        AlertmanagerConfig.read(
            file,
            (receiver, index, section, place) ->
                clients.put(
                    new WebhookId(receiver, index),
                    new HttpClientConfigReader(section, place).read()));
    return new NotificationConfig(alertmanager, clients);
  }

  public List<String> warnings() {
    return alertmanager.warnings();
  }
}
