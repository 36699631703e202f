package dev.sluice.runtime.identity;

import dev.sluice.engine.identity.SpiffeId;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Which identity is to get a certificate next; not thread-safe.
///
/// Holds each identity at most once, so it is bounded by how many are enrolled.
final class FetchQueue {

  /// Why a certificate is wanted, most urgent first.
  enum Urgency {
    /// A connection waits for it.
    CONNECTION,
    /// The workload was enrolled, its connections will come.
    WARM_UP,
    /// There is one, which gets old.
    RENEWAL
  }

  private record Ticket(SpiffeId id, Urgency urgency, Instant due) {}

  private static final Comparator<Ticket> BY_TIME =
      Comparator.comparing(Ticket::due).thenComparing(ticket -> ticket.id().principal());

  private final TreeSet<Ticket> later = new TreeSet<>(BY_TIME);
  private final TreeSet<Ticket> ready =
      new TreeSet<>(Comparator.comparing(Ticket::urgency).thenComparing(BY_TIME));
  private final Map<SpiffeId, Ticket> tickets = new HashMap<>();

  /// Puts an identity in its place, whatever place it had.
  void put(SpiffeId id, Urgency urgency, Instant due) {
    remove(id);
    var ticket = new Ticket(id, urgency, due);
    tickets.put(id, ticket);
    later.add(ticket);
  }

  /// Lets a waiting identity go before others once its time has come; does not shorten its wait.
  void raise(SpiffeId id, Urgency urgency) {
    var ticket = tickets.get(id);
    if (ticket != null && urgency.compareTo(ticket.urgency()) < 0) {
      put(id, urgency, ticket.due());
    }
  }

  /// Makes a waiting identity due no later than `due`.
  void hasten(SpiffeId id, Instant due) {
    var ticket = tickets.get(id);
    if (ticket != null && due.isBefore(ticket.due())) {
      put(id, ticket.urgency(), due);
    }
  }

  void remove(SpiffeId id) {
    var ticket = tickets.remove(id);
    if (ticket != null) {
      later.remove(ticket);
      ready.remove(ticket);
    }
  }

  /// Takes the most urgent identity whose time has come.
  Optional<SpiffeId> poll(Instant now) {
    while (!later.isEmpty() && !later.first().due().isAfter(now)) {
      ready.add(later.removeFirst());
    }
    if (ready.isEmpty()) {
      return Optional.empty();
    }
    SpiffeId id = ready.removeFirst().id();
    tickets.remove(id);
    return Optional.of(id);
  }

  /// When the next identity's time comes, when none is due now.
  Optional<Instant> nextDue() {
    return later.isEmpty() ? Optional.empty() : Optional.of(later.first().due());
  }

  /// When this identity's time comes.
  Optional<Instant> due(SpiffeId id) {
    return Optional.ofNullable(tickets.get(id)).map(Ticket::due);
  }
}
