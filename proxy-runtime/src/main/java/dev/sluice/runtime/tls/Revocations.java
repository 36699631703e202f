package dev.sluice.runtime.tls;

import dev.sluice.runtime.identity.FileStamp;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which certificates are revoked, as a file says that is read again when it changes.
///
/// Checked in every handshake for every certificate of the chain, and for every open connection
/// when the file changes: those of revoked peers are closed. A file that cannot be read leaves what
/// was read before. A missing file revokes nothing. Source: ztunnel's `CRL_PATH`.
public final class Revocations implements AutoCloseable {

  /// Which side of a connection we are.
  public enum Side {
    ACCEPTED,
    DIALLED
  }

  /// Told of what revocation does.
  public interface Listener {

    /// A connection was refused or cut.
    void rejected(Side side);

    /// Whether the file can be read: what is wrong with it, empty when nothing is.
    void fileIs(Optional<String> problem);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final AttributeKey<Boolean> CUT = AttributeKey.valueOf(Revocations.class, "cut");

  private record Tracked(List<X509Certificate> path, Side side) {}

  private final Listener listener;
  private final Map<Channel, Tracked> open = new ConcurrentHashMap<>();
  private volatile RevocationLists lists = RevocationLists.none();
  private @Nullable Thread watcher;

  private Revocations(Listener listener) {
    this.listener = listener;
  }

  /// Nothing is ever revoked.
  public static Revocations none() {
    return new Revocations(
        new Listener() {
          @Override
          public void rejected(Side side) {}

          @Override
          public void fileIs(Optional<String> problem) {}
        });
  }

  /// Reads the file, then watches it.
  public static Revocations watch(Path file, Listener listener) {
    var revocations = new Revocations(listener);
    var stamp = FileStamp.of(file);
    revocations.read(file, stamp);
    revocations.watcher =
        Thread.ofVirtual().name("revocations").start(() -> revocations.keep(file, stamp));
    return revocations;
  }

  private void keep(Path file, Optional<FileStamp> first) {
    Optional<FileStamp> last = first;
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        var now = FileStamp.of(file);
        if (!now.equals(last)) {
          last = now;
          read(file, now);
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(Path file, Optional<FileStamp> stamp) {
    try {
      lists = stamp.isPresent() ? RevocationLists.read(file) : RevocationLists.none();
      listener.fileIs(Optional.empty());
      int cut = recheck();
      LOG.atInfo()
          .addKeyValue("lists", lists.size())
          .addKeyValue("cut", cut)
          .log("revocation lists read");
    } catch (IOException unusable) {
      LOG.atError()
          .addKeyValue("file", file)
          .addKeyValue("reason", unusable.getMessage())
          .log("revocation lists cannot be read, the last ones stay");
      listener.fileIs(Optional.of("`" + file + "`: " + unusable.getMessage()));
    }
  }

  /// The first revoked certificate of a verified path, leaf to root.
  Optional<X509Certificate> revoked(List<X509Certificate> path) {
    return lists.revoked(path);
  }

  /// Counts a handshake that was refused.
  void refused(Side side) {
    listener.rejected(side);
  }

  /// Checks an open connection now and after every change of the file.
  void track(Channel channel, List<X509Certificate> path, Side side) {
    open.put(channel, new Tracked(path, side));
    channel.closeFuture().addListener(_ -> open.remove(channel));
    // The file may have changed between the handshake and now.
    cutIfRevoked(channel, new Tracked(path, side));
  }

  private int recheck() {
    int cut = 0;
    for (var each : open.entrySet()) {
      cut += cutIfRevoked(each.getKey(), each.getValue()) ? 1 : 0;
    }
    return cut;
  }

  private boolean cutIfRevoked(Channel channel, Tracked tracked) {
    var revoked = lists.revoked(tracked.path());
    if (revoked.isEmpty() || channel.attr(CUT).getAndSet(true) != null) {
      return false;
    }
    LOG.atWarn()
        .addKeyValue("peer", channel.remoteAddress())
        .addKeyValue("serial", revoked.get().getSerialNumber().toString(16))
        .log("connection cut: certificate revoked");
    listener.rejected(tracked.side());
    channel.close();
    return true;
  }

  /// Whether a channel, or the connection it is a stream of, was closed because its peer's
  /// certificate was revoked.
  public static boolean hasCut(Channel channel) {
    for (Channel at = channel; at != null; at = at.parent()) {
      if (at.hasAttr(CUT)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    Thread running = watcher;
    if (running != null) {
      running.interrupt();
    }
  }
}
