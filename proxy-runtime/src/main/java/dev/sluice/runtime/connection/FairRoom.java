package dev.sluice.runtime.connection;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A bounded number of places that no tenant can have all of.
///
/// A tenant enters while it has fewer places than are free: alone it gets half of them, with `n`
/// others that want as much each gets one in `n + 2`, and one such share stays free for whoever
/// comes next. Nobody has to be known or configured ahead. Source: dynamic thresholds of Choudhury
/// and Hahne, 1998. Concurrent entries may go past a threshold by as many as there are threads.
///
/// @param <T> the tenants, by `equals`
public final class FairRoom<T> {

  private final int places;
  private final int most;
  private final AtomicInteger used = new AtomicInteger();
  private final ConcurrentMap<T, Integer> tenants = new ConcurrentHashMap<>();

  private FairRoom(int places, int most) {
    this.places = places;
    this.most = most;
  }

  /// A room of `places`, at least 2.
  public static <T> FairRoom<T> of(int places) {
    return of(places, places);
  }

  /// A room of `places`, at least 2, of which a tenant never has more than `most`.
  public static <T> FairRoom<T> of(int places, int most) {
    if (places < 2 || most < 1) {
      throw new IllegalArgumentException("no room: " + places + " places, " + most + " at most");
    }
    return new FairRoom<>(places, most);
  }

  /// Takes a place; false when the tenant has its share. Each place is to be given back.
  public boolean tryEnter(T tenant) {
    int free = places - used.get();
    int limit = Math.min(most, free);
    int[] before = new int[1];
    tenants.compute(
        tenant,
        (_, count) -> {
          before[0] = count == null ? 0 : count;
          return before[0] < limit ? Integer.valueOf(before[0] + 1) : count;
        });
    boolean entered = before[0] < limit;
    if (entered) {
      used.incrementAndGet();
    }
    return entered;
  }

  /// Gives a place back.
  public void leave(T tenant) {
    tenants.computeIfPresent(tenant, (_, count) -> count == 1 ? null : count - 1);
    used.decrementAndGet();
  }

  /// Places taken, all together.
  public int used() {
    return used.get();
  }

  /// Places a tenant has.
  public int used(T tenant) {
    return tenants.getOrDefault(tenant, 0);
  }
}
