package dev.weir.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Hides secrets in the text of a configuration file, so that it can be shown: what stands under a
/// key that names a secret becomes `<secret>`, and passwords in URLs become `xxxxx`, also in
/// sections that nobody reads yet.
final class SecretRedaction {
  private static final Set<String> SECRET_KEYS =
      Set.of(
          "api_key",
          "api_token",
          "access_key",
          "application_credential_secret",
          "bearer_token",
          "client_secret",
          "credentials",
          "key",
          "password",
          "secret",
          "secret_key",
          "secrets",
          "sas_token",
          "service_key",
          "token");

  private static final Pattern URL_PASSWORD = Pattern.compile("(://[^/@:\\s]*:)[^/@\\s]+(@)");

  private record Span(int start, int end) {}

  private final List<Span> spans = new ArrayList<>();
  private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private SecretRedaction() {}

  static String redact(String text, List<Node> documents) {
    SecretRedaction redaction = new SecretRedaction();
    documents.forEach(redaction::find);
    redaction.spans.sort(Comparator.comparingInt(Span::start));
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    for (Span span : redaction.spans) {
      // Marks count code points, strings count UTF-16 units.
      int start = text.offsetByCodePoints(0, span.start);
      int end = text.offsetByCodePoints(0, span.end);
      out.append(text, at, start).append("<secret>");
      if (text.charAt(end - 1) == '\n') {
        out.append('\n');
      }
      at = end;
    }
    out.append(text, at, text.length());
    Matcher passwords = URL_PASSWORD.matcher(out);
    return passwords.replaceAll("$1xxxxx$2");
  }

  private void find(Node node) {
    if (!seen.add(node)) {
      return;
    }
    switch (node) {
      case MappingNode mapping -> {
        for (NodeTuple entry : mapping.getValue()) {
          if (entry.getKeyNode() instanceof ScalarNode key
              && SECRET_KEYS.contains(key.getValue())) {
            hide(entry.getValueNode());
          } else {
            find(entry.getValueNode());
          }
        }
      }
      case SequenceNode sequence -> sequence.getValue().forEach(this::find);
      default -> {
        // A value under a key that names no secret.
      }
    }
  }

  private void hide(Node node) {
    if (!seen.add(node)) {
      return;
    }
    switch (node) {
      case ScalarNode scalar -> {
        int start = scalar.getStartMark().orElseThrow().getIndex();
        int end = scalar.getEndMark().orElseThrow().getIndex();
        if (end > start) {
          spans.add(new Span(start, end));
        }
      }
      case SequenceNode sequence -> sequence.getValue().forEach(this::hide);
      case MappingNode mapping -> mapping.getValue().forEach(entry -> hide(entry.getValueNode()));
      default -> throw new IllegalStateException("YAML has no node " + node.getNodeType());
    }
  }
}
