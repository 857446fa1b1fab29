package dev.weir.alerting;

import dev.weir.model.Fingerprint;
import dev.weir.model.Tenant;
import dev.weir.rules.notify.Told;
import dev.weir.schemas.NotificationState;
import dev.weir.schemas.NotificationState.Answered;
import dev.weir.schemas.NotificationState.Attempt;
import dev.weir.schemas.NotificationState.Integration;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What receivers were told, as `weir.notifications` has it and this member knows it before the
/// topic comes back to it. For one thread.
final class NotificationLog {
  /// Integrations of this type are all there are.
  static final String WEBHOOK = "webhook";

  /// @param offset of the record, or of the one that this member wrote and has not read yet
  private record Entry(NotificationState state, int partition, long offset) {}

  private final Map<ByteBuffer, Entry> entries = new HashMap<>();

  /// Takes a record of the topic, or one that was just written to it. An older one than is known
  /// changes nothing.
  ///
  /// @return whether it is news
  boolean put(NotificationState state, int partition, long offset) {
    ByteBuffer key = ByteBuffer.wrap(state.key());
    Entry known = entries.get(key);
    if (known != null && known.partition == partition && known.offset >= offset) {
      return false;
    }
    entries.put(key, new Entry(state, partition, offset));
    return true;
  }

  void remove(byte[] key, int partition, long offset) {
    Entry known = entries.get(ByteBuffer.wrap(key));
    if (known != null && (known.partition != partition || known.offset < offset)) {
      entries.remove(ByteBuffer.wrap(key));
    }
  }

  Optional<NotificationState> get(Tenant tenant, String groupKey, String receiver) {
    return Optional.ofNullable(
            entries.get(ByteBuffer.wrap(NotificationState.key(tenant, groupKey, receiver))))
        .map(Entry::state);
  }

  List<NotificationState> all() {
    List<NotificationState> all = new ArrayList<>(entries.size());
    entries.values().forEach(entry -> all.add(entry.state));
    return all;
  }

  int size() {
    return entries.size();
  }

  /// What a webhook was told of a group last.
  static Optional<Told> told(Optional<NotificationState> state, int index) {
    return integration(state, index)
        .flatMap(Integration::answered)
        .map(answered -> new Told(answered.flushedAt(), answered.firing(), answered.resolved()));
  }

  static Optional<Integration> integration(Optional<NotificationState> state, int index) {
    return state.stream()
        .flatMap(found -> found.integrations().stream())
        .filter(found -> found.type().equals(WEBHOOK) && found.index() == index)
        .findFirst();
  }

  /// When a receiver was told, or may have been, for the last time.
  static Instant lastTold(NotificationState state) {
    return state.integrations().stream()
        .flatMap(integration ->
            Stream.concat(
                integration.answered().map(Answered::answeredAt).stream(),
                integration.attempt().map(Attempt::startedAt).stream()))
        .max(Comparator.naturalOrder())
        .orElse(Instant.MIN);
  }

  /// The alerts that a receiver knows, or may know, to be firing: of their end it has to hear.
  static Set<Fingerprint> knownFiring(NotificationState state) {
    Set<Fingerprint> known = new HashSet<>();
    for (Integration integration : state.integrations()) {
      integration.answered().ifPresent(answered -> known.addAll(answered.firing()));
      integration.attempt().ifPresent(attempt -> known.addAll(attempt.firing()));
    }
    return known;
  }
}
