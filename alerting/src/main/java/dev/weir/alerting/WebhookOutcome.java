package dev.weir.alerting;

/// How a notification to a webhook ended.
sealed interface WebhookOutcome {
  /// As metrics call it.
  String name();

  /// The receiver has it.
  record Taken(int status) implements WebhookOutcome {
    @Override
    public String name() {
      return "taken";
    }
  }

  /// The receiver does not have it: it said so, or could not be reached.
  record Refused(String reason) implements WebhookOutcome {
    @Override
    public String name() {
      return "refused";
    }
  }

  /// It may have it: it was sent, and no answer came.
  record Unknown(String reason) implements WebhookOutcome {
    @Override
    public String name() {
      return "unknown";
    }
  }
}
