package dev.weir.query.api;

import dev.weir.model.LabelText;
import dev.weir.query.rules.EvaluatedGroup;
import dev.weir.service.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which part of a long list of rule groups a request asks for.
///
/// @param maxGroups that it takes; 0 for all
/// @param token names the first group; empty for the very first
record RulePage(int maxGroups, Optional<String> token) {
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");

  static RulePage of(HttpRequest request) {
    Optional<String> limit = request.parameter("group_limit");
    Optional<String> token = request.parameter("group_next_token");
    if (limit.isEmpty()) {
      if (token.isPresent()) {
        throw invalid(
            "group_next_token",
            "group_limit needs to be present in order to paginate over the groups");
      }
      return new RulePage(0, Optional.empty());
    }
    return new RulePage(maxGroups(limit.get()), token);
  }

  private static int maxGroups(String text) {
    if (!INTEGER.matcher(text).matches()) {
      throw noNumber(text, "invalid syntax");
    }
    int limit;
    try {
      limit = Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw noNumber(text, "value out of range");
    }
    if (limit <= 0) {
      throw invalid("group_limit", "group_limit needs to be greater than 0");
    }
    return limit;
  }

  private static ApiError noNumber(String text, String why) {
    return invalid(
        "group_limit",
        "group_limit needs to be a valid number: strconv.ParseInt: parsing %s: %s"
            .formatted(LabelText.quote(text), why));
  }

  private static ApiError invalid(String parameter, String why) {
    return new ApiError(
        ErrorType.BAD_DATA, "invalid parameter \"%s\": %s".formatted(parameter, why));
  }

  boolean isFull(int groups) {
    return maxGroups > 0 && groups == maxGroups;
  }

  boolean startsAt(EvaluatedGroup group) {
    return token.filter(token(group)::equals).isPresent();
  }

  ApiError unknownToken() {
    return invalid(
        "group_next_token",
        "invalid group_next_token '%s'. were rule groups changed?".formatted(token.orElse("")));
  }

  /// The token that names a group: the same as Prometheus's.
  static String token(EvaluatedGroup group) {
    String name = group.group().file() + ";" + group.group().name();
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-1", e);
    }
  }
}
