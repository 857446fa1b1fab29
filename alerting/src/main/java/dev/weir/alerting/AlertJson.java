package dev.weir.alerting;

import dev.weir.model.Labels;
import dev.weir.rules.notify.GoJson;
import dev.weir.rules.notify.GroupAlert;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/// Writes the objects of Alertmanager's API, version 2.
final class AlertJson {
  /// The API writes milliseconds always, unlike webhooks.
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private AlertJson() {}

  static String time(Instant time) {
    return TIME.format(time);
  }

  /// @param endsAt when it ends unless it is heard of again
  /// @param receivers who hear of it
  static void alert(
      StringBuilder out, CurrentAlert current, Instant endsAt, Collection<String> receivers) {
    GroupAlert alert = current.alert();
    labels(out.append('{'), "annotations", alert.annotations());
    text(out.append(','), "endsAt", time(endsAt));
    text(out.append(','), "fingerprint", alert.fingerprint().toString());
    out.append(",\"receivers\":");
    list(out, List.copyOf(receivers), AlertJson::receiver);
    text(out.append(','), "startsAt", time(alert.startsAt()));
    out.append(
        ",\"status\":{\"inhibitedBy\":[],\"mutedBy\":[],\"silencedBy\":[],\"state\":\"active\"}");
    text(out.append(','), "updatedAt", time(current.updatedAt()));
    if (!alert.generatorUrl().isEmpty()) {
      text(out.append(','), "generatorURL", alert.generatorUrl());
    }
    labels(out.append(','), "labels", alert.labels());
    out.append('}');
  }

  static void receiver(StringBuilder out, String name) {
    text(out.append('{'), "name", name);
    out.append('}');
  }

  static <T> void list(StringBuilder out, List<T> items, BiConsumer<StringBuilder, T> item) {
    out.append('[');
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      item.accept(out, items.get(i));
    }
    out.append(']');
  }

  static void text(StringBuilder out, String key, String value) {
    GoJson.append(out, key);
    GoJson.append(out.append(':'), value);
  }

  static void labels(StringBuilder out, String key, Labels value) {
    GoJson.append(out, key);
    GoJson.append(out.append(':'), value);
  }
}
