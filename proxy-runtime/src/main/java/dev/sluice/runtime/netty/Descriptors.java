package dev.sluice.runtime.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.Errors;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A reserve of file descriptors for the moment when there are no others.
///
/// Without one, `accept` fails and those who connect hang in the listener's queue. The reserve is
/// let go of then, so that they are accepted and reset at once, and taken back when it is over.
final class Descriptors {

  private static final Logger LOG = LoggerFactory.getLogger(Descriptors.class);
  private static final int RESERVE = 16;
  private static final int EMFILE = -24;
  private static final int ENFILE = -23;
  private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long REMIND_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Deque<FileInputStream> reserve = new ArrayDeque<>();
  private final LongAdder shed = new LongAdder();
  private volatile boolean shedding;
  private long since;
  private long remindedAt;

  Descriptors() {
    refill();
  }

  /// Whether accepting failed for lack of a descriptor.
  static boolean isExhausted(Throwable cause) {
    return cause instanceof Errors.NativeIoException failure
        && (failure.expectedErr() == EMFILE || failure.expectedErr() == ENFILE);
  }

  /// Closes a connection nobody has seen yet so that its client learns at once.
  static void reset(Channel unregistered) {
    unregistered.config().setOption(ChannelOption.SO_LINGER, 0);
    unregistered.unsafe().closeForcibly();
  }

  /// Whether what is accepted now has to be reset.
  boolean mustShed() {
    return shedding;
  }

  boolean isShedding() {
    return shedding;
  }

  void countShed() {
    shed.increment();
  }

  long shed() {
    return shed.sum();
  }

  synchronized void exhausted() {
    long now = System.nanoTime();
    if (!shedding || now - remindedAt > REMIND_NANOS) {
      remindedAt = now;
      LOG.atError()
          .addKeyValue("shed", shed())
          .log(
              "no file descriptor is left: new connections are reset; raise the limit (ulimit -n)");
    }
    shedding = true;
    since = now;
    release();
  }

  private void release() {
    while (!reserve.isEmpty()) {
      try {
        reserve.remove().close();
      } catch (IOException unexpected) {
        LOG.warn("cannot close a reserved descriptor", unexpected);
      }
    }
  }

  /// Ends the shedding once the whole reserve can be had again.
  void recover() {
    if (shedding) {
      tryRecover();
    }
  }

  private synchronized void tryRecover() {
    if (System.nanoTime() - since < LEAST_NANOS) {
      return;
    }
    if (refill()) {
      shedding = false;
      LOG.atWarn().addKeyValue("shed", shed()).log("file descriptors are free again");
    } else {
      since = System.nanoTime();
      release();
    }
  }

  private boolean refill() {
    try {
      while (reserve.size() < RESERVE) {
        reserve.add(new FileInputStream("/dev/null"));
      }
      return true;
    } catch (IOException none) {
      LOG.debug("the reserve cannot be filled", none);
      return false;
    }
  }
}
