package dev.weir.rules.routing;

import dev.weir.model.LabelText;
import dev.weir.yaml.ConfigFile;
import dev.weir.yaml.ConfigSection;
import dev.weir.yaml.ConfigValue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads an `alertmanager.yml`.
final class AlertmanagerConfigReader {
  private static final Duration DEFAULT_RESOLVE_TIMEOUT = Duration.ofMinutes(5);

  /// Keys of `global` for receivers that [ReceiverReader] refuses.
  private static final List<String> KEYS_OF_OTHER_RECEIVERS =
      List.of(
          "jira_api_url",
          "mattermost_webhook_url",
          "mattermost_webhook_url_file",
          "opsgenie_api_key",
          "opsgenie_api_key_file",
          "opsgenie_api_url",
          "pagerduty_url",
          "rocketchat_api_url",
          "rocketchat_token",
          "rocketchat_token_file",
          "rocketchat_token_id",
          "rocketchat_token_id_file",
          "slack_api_url",
          "slack_api_url_file",
          "slack_app_token",
          "slack_app_token_file",
          "slack_app_url",
          "smtp_auth_identity",
          "smtp_auth_password",
          "smtp_auth_password_file",
          "smtp_auth_secret",
          "smtp_auth_secret_file",
          "smtp_auth_username",
          "smtp_force_implicit_tls",
          "smtp_from",
          "smtp_hello",
          "smtp_require_tls",
          "smtp_smarthost",
          "smtp_tls_config",
          "telegram_api_url",
          "telegram_bot_token",
          "telegram_bot_token_file",
          "victorops_api_key",
          "victorops_api_key_file",
          "victorops_api_url",
          "webex_api_url",
          "wechat_api_corp_id",
          "wechat_api_secret",
          "wechat_api_secret_file",
          "wechat_api_url");

  private final ConfigFile file;
  private final AlertmanagerConfig.HttpConfigs httpConfigs;

  AlertmanagerConfigReader(ConfigFile file, AlertmanagerConfig.HttpConfigs httpConfigs) {
    this.file = file;
    this.httpConfigs = httpConfigs;
  }

  AlertmanagerConfig read() {
    ConfigSection root = file.root().section("");
    ConfigSection global = root.section("global", "global");
    Duration resolveTimeout = global.duration("resolve_timeout").orElse(DEFAULT_RESOLVE_TIMEOUT);
    Optional<ConfigValue> http = global.value("http_config").filter(value -> !value.isNull());
    for (String key : KEYS_OF_OTHER_RECEIVERS) {
      global.unsupported(key, "it has no effect");
    }
    global.refuseOthers();
    Map<String, Receiver> receivers = receivers(root, http);
    Optional<Route> route = route(root, receivers);
    refuse(
        root, "inhibit_rules", "remove them; alerts are then sent that they would have held back");
    String intervals = "remove them; notifications are then sent at any time";
    refuse(root, "time_intervals", intervals);
    refuse(root, "mute_time_intervals", intervals);
    if (!root.list("templates").isEmpty()) {
      root.unsupported("templates", "webhooks need none");
    }
    root.refuseOthers();
    file.throwIfProblems();
    return new AlertmanagerConfig(
        resolveTimeout, route.orElseThrow(), receivers, file.redactedText(), file.warnings());
  }

  private static void refuse(ConfigSection root, String key, String cure) {
    if (!root.list(key).isEmpty()) {
      root.problem(key, "%s are not supported yet".formatted(key), cure);
    }
  }

  private Optional<Route> route(ConfigSection root, Map<String, Receiver> receivers) {
    Optional<ConfigValue> value = root.value("route").filter(found -> !found.isNull());
    if (value.isEmpty()) {
      root.problem(
          "route",
          "there is no route",
          "write \"route:\" with the \"receiver:\" that hears of every alert");
      return Optional.empty();
    }
    return Optional.of(new RouteReader(receivers.keySet()).readRoot(value.get().section("route")));
  }

  private Map<String, Receiver> receivers(ConfigSection root, Optional<ConfigValue> globalHttp) {
    Map<String, Receiver> receivers = new LinkedHashMap<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    for (ConfigValue entry : root.list("receivers")) {
      ReceiverReader reader =
          new ReceiverReader(entry.section("receivers"), globalHttp, httpConfigs);
      Optional<Receiver> receiver = reader.read();
      if (receiver.isEmpty()) {
        continue;
      }
      String name = receiver.get().name();
      Integer first = lines.putIfAbsent(name, reader.nameLine());
      if (first == null) {
        receivers.put(name, receiver.get());
      } else {
        root.problem(
            reader.nameLine(),
            "receiver %s stands already in line %d".formatted(LabelText.quote(name), first),
            "give each receiver a name of its own");
      }
    }
    return receivers;
  }
}
