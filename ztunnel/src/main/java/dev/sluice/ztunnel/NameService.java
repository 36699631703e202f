package dev.sluice.ztunnel;

import dev.sluice.runtime.netty.Sockets;
import dev.sluice.ztunnel.capture.PodService;
import dev.sluice.ztunnel.dns.DnsListeners;
import dev.sluice.ztunnel.dns.DnsProxy;
import dev.sluice.ztunnel.workload.PodCapture;

/// The DNS proxy as what listens in every captured pod.
record NameService(DnsProxy proxy) implements PodService {

  @Override
  public Opened open(String workload, Sockets sockets) {
    int slash = workload.indexOf('/');
    var opened =
        proxy.openInPod(workload.substring(0, slash), workload.substring(slash + 1), sockets);
    return switch (opened) {
      case DnsProxy.Opened.Failed(var reason) -> new Opened.Failed(reason);
      case DnsProxy.Opened.Listening(var listeners) -> new Opened.Listening(new InPod(listeners));
    };
  }

  private record InPod(DnsListeners listeners) implements PodCapture.Listeners {
    @Override
    public void drain() {
      listeners.drain();
    }

    @Override
    public void close() {
      listeners.close();
    }
  }
}
