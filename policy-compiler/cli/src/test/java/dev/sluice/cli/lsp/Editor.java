package dev.sluice.cli.lsp;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.MessageActionItem;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.ShowMessageRequestParams;
import org.eclipse.lsp4j.WorkspaceFolder;
import org.eclipse.lsp4j.launch.LSPLauncher;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.LanguageServer;

/// An editor on the other end of the protocol.
final class Editor implements LanguageClient, AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PIPE = 1 << 20;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, List<Diagnostic>> published = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> messages = new ConcurrentLinkedQueue<>();
  private final LanguageServer server;
  private final Future<Integer> served;
  private final PipedOutputStream toServer = new PipedOutputStream();

  Editor(Function<PipedInputStream, Function<PipedOutputStream, Callable<Integer>>> serving)
      throws IOException {
    var fromEditor = new PipedInputStream(toServer, PIPE);
    var toEditor = new PipedOutputStream();
    var fromServer = new PipedInputStream(toEditor, PIPE);
    served = threads.submit(serving.apply(fromEditor).apply(toEditor));
    var launcher = LSPLauncher.createClientLauncher(this, fromServer, toServer);
    server = launcher.getRemoteProxy();
    Future<Void> listening = launcher.startListening();
    assert !listening.isDone();
  }

  InitializeResult open(Path folder) throws Exception {
    var params = new InitializeParams();
    params.setWorkspaceFolders(List.of(new WorkspaceFolder(folder.toUri().toString(), "test")));
    return server.initialize(params).get(20, TimeUnit.SECONDS);
  }

  LanguageServer server() {
    return server;
  }

  /// Waits until what is shown for a file is as it should be.
  List<Diagnostic> awaitShown(Path file, Predicate<List<Diagnostic>> expected) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> published.get(file.toUri().toString()),
            shown -> shown != null && expected.test(shown));
  }

  List<String> messages() {
    return List.copyOf(messages);
  }

  /// Says goodbye as the protocol wants it; the result is the exit code.
  int leave() throws Exception {
    server.shutdown().get(20, TimeUnit.SECONDS);
    server.exit();
    toServer.close();
    return served.get(20, TimeUnit.SECONDS);
  }

  @Override
  public void publishDiagnostics(PublishDiagnosticsParams diagnostics) {
    published.put(diagnostics.getUri(), diagnostics.getDiagnostics());
  }

  @Override
  public void showMessage(MessageParams message) {
    messages.add(message.getMessage());
  }

  @Override
  public void logMessage(MessageParams message) {
    messages.add(message.getMessage());
  }

  @Override
  public void telemetryEvent(Object event) {
    throw new AssertionError("nobody asked for telemetry: " + event);
  }

  @Override
  public java.util.concurrent.CompletableFuture<MessageActionItem> showMessageRequest(
      ShowMessageRequestParams request) {
    throw new AssertionError("nobody is there to answer: " + request);
  }

  @Override
  public void close() throws IOException {
    toServer.close();
    threads.shutdownNow();
  }
}
