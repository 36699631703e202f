package dev.sluice.runtime.process;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/// How many event loops a proxy runs, by upstream's variables and rule.
///
/// `ZTUNNEL_WORKER_THREADS` is a number, `0` for all processors, or a share such as `50%`. Unset,
/// it is the greater of CPU limit and request when there is a limit; else a quarter of the
/// processors, or the request, or 2, whichever is most. Source: ztunnel's configuration.
public final class WorkerThreads {

  private static final String NAME = "ZTUNNEL_WORKER_THREADS";
  private static final String EXPECTED = "a number from 0 to 1024 or a share such as 50%";
  private static final int MOST = 1_024;
  private static final int FEWEST = 2;
  private static final int QUARTER = 25;
  private static final int MOST_DIGITS = 9;

  private WorkerThreads() {}

  /// Reads the number, at least 1; problems are left with `environment`.
  public static int read(Environment environment, int processors) {
    int automatic = automatic(environment, processors);
    String text = environment.text(NAME, "auto");
    if (text.equals("auto")) {
      return automatic;
    }
    boolean isShare = text.endsWith("%");
    int number = parse(isShare ? text.substring(0, text.length() - 1) : text);
    if (number < 0 || number > (isShare ? 100 : MOST) || (isShare && number == 0)) {
      environment.problem("invalid " + NAME + "=`" + text + "`: expected " + EXPECTED);
      return automatic;
    }
    if (isShare) {
      return share(processors, number);
    }
    return number == 0 ? processors : number;
  }

  private static int automatic(Environment environment, int processors) {
    int request = cpus(environment, "ZTUNNEL_RESOURCE_CPU_REQUEST").orElse(0);
    // Asked for also when it does not count, so that its problems are found.
    Optional<Integer> older = cpus(environment, "ZTUNNEL_CPU_LIMIT");
    Optional<Integer> limit = cpus(environment, "ZTUNNEL_RESOURCE_CPU_LIMIT").or(() -> older);
    int least = Math.max(share(processors, QUARTER), FEWEST);
    return Math.clamp(Math.max(limit.orElse(least), request), 1, MOST);
  }

  private static int share(int processors, int percent) {
    return Math.max(1, Math.ceilDiv(processors * percent, 100));
  }

  /// A Kubernetes quantity such as `500m` or `1.5`, rounded up.
  private static Optional<Integer> cpus(Environment environment, String name) {
    Optional<String> text = environment.text(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    boolean isMilli = text.get().endsWith("m");
    String digits = isMilli ? text.get().substring(0, text.get().length() - 1) : text.get();
    if (digits.isEmpty()
        || digits.length() > MOST_DIGITS
        || !digits.chars().allMatch(c -> (c >= '0' && c <= '9') || (c == '.' && !isMilli))) {
      environment.problem("invalid " + name + "=`" + text.get() + "`: expected a CPU quantity");
      return Optional.empty();
    }
    try {
      BigDecimal cpus = new BigDecimal(digits).movePointLeft(isMilli ? 3 : 0);
      return Optional.of(cpus.setScale(0, RoundingMode.CEILING).intValue());
    } catch (NumberFormatException twoPoints) {
      environment.problem("invalid " + name + "=`" + text.get() + "`: expected a CPU quantity");
      return Optional.empty();
    }
  }

  private static int parse(String text) {
    boolean isNumber =
        !text.isEmpty() && text.length() <= 4 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber ? Integer.parseInt(text) : -1;
  }
}
