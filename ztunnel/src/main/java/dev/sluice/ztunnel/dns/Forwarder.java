package dev.sluice.ztunnel.dns;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.sluice.ztunnel.dns.Upstream.Attempt;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Forwards the queries of one workload: one server after another, each question once however many
/// wait for it, and from the cache while the answer is fresh.
///
/// Everything happens on one event loop. Asking the same question many times at once would give
/// whoever guesses identifiers as many chances, so only one is under way.
final class Forwarder {

  /// Questions under way for one workload, at most.
  static final int MOST_QUESTIONS = 256;

  /// Queries that wait for the answers to these, at most.
  static final int MOST_WAITING = 1_024;

  static final Duration ATTEMPT = Duration.ofSeconds(2);
  static final Duration ALTOGETHER = Duration.ofSeconds(5);

  /// What became of a query.
  sealed interface Forwarded {

    /// It was answered by a server, `age` seconds ago.
    record Answered(Reply reply, int age, Origin origin) implements Forwarded {}

    /// No server answered.
    record Failed(String reason) implements Forwarded {}

    /// The workload asks too much at once.
    record Overloaded() implements Forwarded {}
  }

  /// Where an answer is from.
  enum Origin {
    SERVER,
    CACHE
  }

  private final Upstream upstream;
  private final Supplier<List<InetSocketAddress>> servers;
  private final Ticker ticker;
  private final ResponseCache cache;
  private final Map<String, Question> underWay = new HashMap<>();
  private int waiting;

  Forwarder(Upstream upstream, Supplier<List<InetSocketAddress>> servers, Ticker ticker) {
    this.upstream = upstream;
    this.servers = servers;
    this.ticker = ticker;
    this.cache = new ResponseCache(ticker);
  }

  /// Forwards a query; `then` is called once, on the event loop, maybe at once.
  void forward(DnsQuery query, Consumer<Forwarded> then) {
    String sameness = query.sameness();
    var kept = cache.find(sameness);
    if (kept.isPresent()) {
      then.accept(new Forwarded.Answered(kept.get().reply(), kept.get().age(), Origin.CACHE));
      return;
    }
    Question known = underWay.get(sameness);
    if (waiting >= MOST_WAITING || (known == null && underWay.size() >= MOST_QUESTIONS)) {
      then.accept(new Forwarded.Overloaded());
      return;
    }
    waiting++;
    if (known != null) {
      known.waiters.add(then);
      return;
    }
    var question = new Question(query, sameness, servers.get());
    question.waiters.add(then);
    underWay.put(sameness, question);
    question.next();
  }

  private final class Question {
    private final DnsQuery query;
    private final String sameness;
    private final List<InetSocketAddress> asked;
    private final long since = ticker.read();
    private final List<Consumer<Forwarded>> waiters = new ArrayList<>();
    private int attempts;
    private String reason = "no upstream server is known";
    private @Nullable Reply last;

    Question(DnsQuery query, String sameness, List<InetSocketAddress> asked) {
      this.query = query;
      this.sameness = sameness;
      this.asked = asked;
    }

    void next() {
      boolean isLate = ticker.read() - since >= ALTOGETHER.toNanos();
      if (asked.isEmpty() || isLate || attempts >= Math.max(asked.size(), 2)) {
        end(Optional.ofNullable(last));
        return;
      }
      InetSocketAddress server = asked.get(attempts % asked.size());
      attempts++;
      upstream.ask(server, query, attempt -> attempted(server, attempt));
    }

    private void attempted(InetSocketAddress server, Attempt attempt) {
      switch (attempt) {
        case Attempt.Failed(var why) -> {
          reason = server.getAddress().getHostAddress() + ": " + why;
          next();
        }
        case Attempt.Answered(var reply) when isAnswer(reply) || attempts >= asked.size() ->
            end(Optional.of(reply));
        case Attempt.Answered(var reply) -> {
          last = reply;
          next();
        }
      }
    }

    // What another server may know better.
    private static boolean isAnswer(Reply reply) {
      return reply.code() != Rcode.SERVER_FAILURE && reply.code() != Rcode.REFUSED;
    }

    private void end(Optional<Reply> reply) {
      underWay.remove(sameness);
      waiting -= waiters.size();
      reply.ifPresent(known -> cache.keep(sameness, known));
      Forwarded result =
          reply
              .<Forwarded>map(known -> new Forwarded.Answered(known, 0, Origin.SERVER))
              .orElseGet(() -> new Forwarded.Failed(reason));
      waiters.forEach(waiter -> waiter.accept(result));
    }
  }
}
