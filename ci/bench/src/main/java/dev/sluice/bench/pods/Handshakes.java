package dev.sluice.bench.pods;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.hbone.ConnectHead;
import dev.sluice.runtime.hbone.HbonePool;
import dev.sluice.runtime.hbone.HboneSettings;
import dev.sluice.runtime.hbone.HboneTarget;
import dev.sluice.runtime.identity.CertificateDirectory;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.telemetry.Logs;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/// Opens HBONE connections with a full mutual handshake and one tunnel each, as fast as the server
/// takes them.
final class Handshakes {

  private static final int AT_ONCE = 8;

  private final Transport transport = Transport.start(1);
  private final WorkloadCertificate web;

  Handshakes(Path certificates) throws IOException {
    // Connections are torn down as soon as they are there, and that is no news.
    Logs.start(Logs.Format.PLAIN, "off,io.netty=off");
    this.web =
        switch (new CertificateDirectory(certificates).load("shop", "web")) {
          case CertificateDirectory.Loaded.Ready(var ready) -> ready;
          case CertificateDirectory.Loaded.Missing missing ->
              throw new IOException(missing.toString());
          case CertificateDirectory.Loaded.Invalid invalid ->
              throw new IOException(invalid.toString());
        };
  }

  /// Runs for `millis` against the proxy of `server`, asking for `port` behind it.
  String run(InetSocketAddress server, int port, int millis) throws IOException {
    var expected = Set.of(SpiffeId.of("cluster.local", "shop", "api"));
    var target = new HboneTarget(server, expected, null, web);
    var head = ConnectHead.of(server.getAddress().getHostAddress() + ":" + port);
    var room = new Semaphore(AT_ONCE);
    var done = new LongAdder();
    var failed = new LongAdder();
    long start = System.nanoTime();
    long end = start + millis * 1_000_000L;
    try {
      while (System.nanoTime() < end) {
        room.acquire();
        var pool = new HbonePool(HboneSettings.defaults());
        pool.open(target, head, transport.loops().next())
            .addListener((Future<Channel> opened) -> {
              (opened.isSuccess() ? done : failed).increment();
              pool.close();
              room.release();
            });
      }
      room.acquire(AT_ONCE);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return "count=" + done + " failed=" + failed + " nanos=" + (System.nanoTime() - start);
  }
}
