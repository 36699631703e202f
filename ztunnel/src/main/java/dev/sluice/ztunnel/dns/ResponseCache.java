package dev.sluice.ztunnel.dns;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;

/// The replies of upstream servers to one workload, for as long as the servers allow.
///
/// Each workload has its own: what one of them lets itself be told, no other is told.
final class ResponseCache {

  /// Bytes kept for one workload, at most.
  static final int MOST_BYTES = 1 << 20;

  /// Seconds anything is kept, at most.
  static final int MOST_SECONDS = 3_600;

  private static final int ENTRY_BYTES = 128;

  /// A reply and its age in seconds.
  record Kept(Reply reply, int age) {}

  private record Entry(Reply reply, long since) {}

  private final Ticker ticker;
  private final Cache<String, Entry> entries;

  ResponseCache(Ticker ticker) {
    this.ticker = ticker;
    this.entries =
        Caffeine.newBuilder()
            .maximumWeight(MOST_BYTES)
            .weigher(
                (String key, Entry entry) -> ENTRY_BYTES + 2 * key.length() + entry.reply().bytes())
            .expireAfter(Expiry.<String, Entry>creating((_, entry) -> lifetime(entry)))
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  private static Duration lifetime(Entry entry) {
    return Duration.ofSeconds(Math.min(entry.reply().secondsToKeep(), MOST_SECONDS));
  }

  Optional<Kept> find(String sameness) {
    return Optional.ofNullable(entries.getIfPresent(sameness))
        .map(entry -> new Kept(entry.reply(), age(entry)));
  }

  private int age(Entry entry) {
    return Math.toIntExact(Duration.ofNanos(ticker.read() - entry.since()).toSeconds());
  }

  void keep(String sameness, Reply reply) {
    if (reply.secondsToKeep() > 0) {
      entries.put(sameness, new Entry(reply, ticker.read()));
    }
  }
}
