package dev.weir.rules.routing;

import dev.weir.model.LabelText;
import dev.weir.yaml.ConfigSection;
import dev.weir.yaml.ConfigValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads one entry of `receivers`.
final class ReceiverReader {
  /// Receivers that Alertmanager has and Weir does not.
  private static final List<String> OTHERS =
      List.of(
          "discord_configs",
          "email_configs",
          "incidentio_configs",
          "jira_configs",
          "mattermost_configs",
          "msteams_configs",
          "msteamsv2_configs",
          "opsgenie_configs",
          "pagerduty_configs",
          "pushover_configs",
          "rocketchat_configs",
          "slack_configs",
          "sns_configs",
          "telegram_configs",
          "victorops_configs",
          "webex_configs",
          "wechat_configs");

  private final ConfigSection section;
  private final Optional<ConfigValue> globalHttp;
  private final AlertmanagerConfig.HttpConfigs httpConfigs;

  /// @param globalHttp `http_config` of the section `global`
  ReceiverReader(
      ConfigSection section,
      Optional<ConfigValue> globalHttp,
      AlertmanagerConfig.HttpConfigs httpConfigs) {
    this.section = section;
    this.globalHttp = globalHttp;
    this.httpConfigs = httpConfigs;
  }

  /// The line that names the receiver.
  int nameLine() {
    return section.line("name");
  }

  Optional<Receiver> read() {
    Optional<String> name = section.text("name").filter(text -> !text.isEmpty());
    if (name.isEmpty()) {
      section.problem("name", "a receiver has no name", "add \"name:\"");
    }
    String place = "receiver " + LabelText.quote(name.orElse(""));
    List<WebhookConfig> webhooks = new ArrayList<>();
    int index = 0;
    for (ConfigValue entry : section.list("webhook_configs")) {
      ConfigSection webhook = entry.section("%s: webhook_configs".formatted(place));
      webhook(webhook).ifPresent(webhooks::add);
      readHttpConfig(webhook, name.orElse(""), index, place);
      webhook.refuseOthers();
      index++;
    }
    for (String key : OTHERS) {
      if (!section.list(key).isEmpty()) {
        section
            .file()
            .problem(
                section.line(key),
                place,
                "%s are not supported yet".formatted(key),
                "send to a webhook (webhook_configs) that passes the notification on");
      }
    }
    section.refuseOthers();
    return name.map(text -> new Receiver(text, webhooks));
  }

  private void readHttpConfig(ConfigSection webhook, String receiver, int index, String place) {
    Optional<ConfigValue> own = webhook.value("http_config").filter(value -> !value.isNull());
    String httpPlace =
        own.isPresent() ? place + ": webhook_configs: http_config" : "global: http_config";
    ConfigSection http =
        own.or(() -> globalHttp)
            .map(value -> value.section(httpPlace))
            .orElseGet(() -> webhook.section("http_config", httpPlace));
    httpConfigs.read(receiver, index, http, httpPlace);
    http.refuseOthers();
  }

  private static Optional<WebhookConfig> webhook(ConfigSection webhook) {
    boolean sendResolved = webhook.bool("send_resolved").orElse(true);
    long maxAlerts = webhook.integer("max_alerts", 0, Integer.MAX_VALUE).orElse(0L);
    Duration timeout = webhook.duration("timeout").orElse(Duration.ZERO);
    return url(webhook).map(url -> new WebhookConfig(url, sendResolved, (int) maxAlerts, timeout));
  }

  private static Optional<WebhookConfig.Url> url(ConfigSection webhook) {
    Optional<ConfigValue> inline = webhook.value("url").filter(value -> !value.isNull());
    Optional<String> inFile = webhook.text("url_file").filter(text -> !text.isEmpty());
    if (inline.isPresent() == inFile.isPresent()) {
      webhook.problem(
          inFile.isPresent() ? "url_file" : "url",
          inFile.isPresent() ? "both url and url_file are given" : "there is no url",
          inFile.isPresent() ? "keep one of them" : "add \"url:\" or \"url_file:\"");
      return Optional.empty();
    }
    return inline.isPresent()
        ? inline.flatMap(ReceiverReader::inlineUrl)
        : inFile.map(path -> new WebhookConfig.Url.InFile(webhook.file().resolve(path)));
  }

  /// The address is not repeated in problems: it may be a secret.
  private static Optional<WebhookConfig.Url> inlineUrl(ConfigValue value) {
    Optional<String> text = value.text();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String cure = "write it as http://host:port/path or with https";
    if (text.get().contains("{{")) {
      value.problem(
          "templates in a webhook's url are not supported yet", "give each address a receiver");
      return Optional.empty();
    }
    try {
      URI uri = new URI(text.get());
      String scheme = uri.getScheme();
      if (!"http".equals(scheme) && !"https".equals(scheme)) {
        value.problem("scheme \"%s\" is not known".formatted(scheme), cure);
      } else if (uri.getRawAuthority() == null) {
        value.problem("the URL names no host", cure);
      } else {
        return Optional.of(new WebhookConfig.Url.Inline(uri));
      }
    } catch (URISyntaxException e) {
      value.problem("found no URL (%s)".formatted(e.getReason()), cure);
    }
    return Optional.empty();
  }
}
