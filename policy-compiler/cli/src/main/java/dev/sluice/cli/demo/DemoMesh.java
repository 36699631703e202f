package dev.sluice.cli.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The running mesh: three proxy processes and the sample services.
final class DemoMesh implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(25);
  private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(10);

  private final DemoFolder folder;
  private final Addresses addresses;
  private final Map<Shop.Pod, SampleService> services =
      Collections.synchronizedMap(new LinkedHashMap<>());
  private final Map<Shop.Role, ProxyProcess> processes =
      Collections.synchronizedMap(new EnumMap<>(Shop.Role.class));
  private final Map<Shop.Role, ProxyStatus> statuses = new EnumMap<>(Shop.Role.class);

  private boolean closed;

  private DemoMesh(DemoFolder folder, Addresses addresses) {
    this.folder = folder;
    this.addresses = addresses;
  }

  /// Where the proxies' programs are, and who wants to know how far the start is.
  record Start(ProxyPrograms programs, Console console) {}

  /// Prepares a mesh in a folder; nothing runs yet, and {@link #close} ends what runs later.
  static DemoMesh prepare(DemoFolder folder, Addresses addresses) {
    return new DemoMesh(folder, addresses);
  }

  /// Starts services and proxies and waits until every proxy is ready.
  void start(Start start) throws IOException, InterruptedException {
    var apps = new HashMap<Shop.Pod, InetSocketAddress>();
    for (Shop.Pod pod : Shop.APPS) {
      var service = SampleService.start(pod);
      services.put(pod, service);
      apps.put(pod, service.address());
    }
    new MeshFiles(folder, addresses).write(apps);
    for (Shop.Role role : Shop.Role.values()) {
      launch(role, start.programs());
    }
    awaitReady(start.console());
  }

  private synchronized void launch(Shop.Role role, ProxyPrograms programs) throws IOException {
    if (closed) {
      throw new DemoFailure("the demo was stopped", List.of());
    }
    processes.put(role, ProxyProcess.start(role, programs.launch(role, folder, addresses)));
  }

  private void awaitReady(Console console) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    int all = Shop.Role.values().length;
    console.progress("waiting for the proxies", 0, all);
    while (statuses.size() < all) {
      for (Shop.Role role : Shop.Role.values()) {
        if (!statuses.containsKey(role) && isReady(role)) {
          console.progress(role.title() + " is ready", statuses.size(), all);
        }
      }
      if (System.nanoTime() > deadline) {
        throw notReady();
      }
      Thread.sleep(PAUSE);
    }
  }

  private boolean isReady(Shop.Role role) throws IOException {
    process(role).checkAlive();
    Optional<ProxyStatus> status =
        ProxyStatus.read(folder.portsFile(role)).filter(found -> found.obstacle().isEmpty());
    status.ifPresent(found -> statuses.put(role, found));
    return status.isPresent();
  }

  private DemoFailure notReady() throws IOException {
    var details = new ArrayList<String>();
    for (Shop.Role role : Shop.Role.values()) {
      if (!statuses.containsKey(role)) {
        String obstacle =
            ProxyStatus.read(folder.portsFile(role))
                .flatMap(ProxyStatus::obstacle)
                .orElse("it has no ports file");
        details.add(role.title() + ": " + obstacle);
        details.addAll(process(role).tail());
      }
    }
    return new DemoFailure("a proxy is not ready after " + PATIENCE.toSeconds() + " s", details);
  }

  private ProxyProcess process(Shop.Role role) {
    ProxyProcess process = processes.get(role);
    if (process == null) {
      throw new IllegalStateException("the " + role.title() + " was not started");
    }
    return process;
  }

  DemoFolder folder() {
    return folder;
  }

  Addresses addresses() {
    return addresses;
  }

  /// What a proxy says about itself.
  ProxyStatus status(Shop.Role role) {
    ProxyStatus status = statuses.get(role);
    if (status == null) {
      throw new IllegalStateException("the " + role.title() + " is not ready");
    }
    return status;
  }

  /// The log of a proxy.
  AccessLogFile log(Shop.Role role) {
    return new AccessLogFile(folder.log(role));
  }

  /// Fails with the end of the log when a proxy has ended.
  void checkAlive() {
    processes.values().forEach(ProxyProcess::checkAlive);
  }

  /// Opens a connection of a client to a target, through the client's ztunnel.
  HttpDial dial(Shop.Way way) throws IOException {
    InetSocketAddress listener =
        status(way.client().proxy())
            .listener(way)
            .orElseThrow(() ->
                new DemoFailure("ztunnel has no listener `" + way.listener() + "`", List.of()));
    return HttpDial.open(
        addresses.address(way.client()), listener, way.target().name(), DIAL_TIMEOUT);
  }

  /// Opens a plaintext connection from one pod straight to another.
  HttpDial dialPlaintext(Shop.Pod from, Shop.Pod to) throws IOException {
    return HttpDial.open(
        addresses.address(from),
        new InetSocketAddress(addresses.address(to), Shop.APP_PORT),
        to.name(),
        DIAL_TIMEOUT);
  }

  @Override
  public synchronized void close() {
    closed = true;
    processes.values().forEach(ProxyProcess::terminate);
    processes.values().forEach(ProxyProcess::close);
    services.values().forEach(SampleService::close);
  }
}
