package dev.sluice.cli.terminal;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Shows that something is going on, on a terminal only and only when it takes a while.
public final class Progress implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMillis(300);
  private static final Duration FRAME = Duration.ofMillis(100);
  private static final String FRAMES = "|/-\\";
  private static final String CLEAR_LINE = "\r\u001b[K";

  private static final int BAR = 20;

  private final CountDownLatch done = new CountDownLatch(1);
  private volatile String shown;
  private final Thread painter;

  /// Starts showing `what` until closed; shows nothing when `err` is no terminal.
  public static Progress start(Terminal terminal, String what) {
    return new Progress(terminal, what);
  }

  private Progress(Terminal terminal, String what) {
    this.shown = Escapes.visible(what);
    this.painter =
        Thread.startVirtualThread(() -> {
          if (terminal.screens().contains(Terminal.Screen.ERR)) {
            paint(terminal.err());
          }
        });
  }

  /// Shows a bar: `done` of `of` steps are behind, `what` is under way.
  public void reach(int done, int of, String what) {
    int filled = of == 0 ? 0 : BAR * done / of;
    shown =
        "[%s%s] %d/%d %s"
            .formatted(
                "#".repeat(filled), ".".repeat(BAR - filled), done, of, Escapes.visible(what));
  }

  private void paint(PrintWriter err) {
    try {
      if (done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      for (int frame = 0; ; frame = (frame + 1) % FRAMES.length()) {
        err.print(CLEAR_LINE + FRAMES.charAt(frame) + " " + shown);
        err.flush();
        if (done.await(FRAME.toMillis(), TimeUnit.MILLISECONDS)) {
          err.print(CLEAR_LINE);
          err.flush();
          return;
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    done.countDown();
    try {
      painter.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
