package dev.sluice.cli.lsp;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.MessageType;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.services.LanguageClient;
import org.jspecify.annotations.Nullable;

/// Compiles after changes and tells the editor what was found.
///
/// One compilation at a time, off the thread that talks to the editor; changes that come meanwhile
/// are one more compilation together, so at most one is ever waiting.
final class Refresher implements AutoCloseable {

  private final Workspace workspace;
  private final BlockingQueue<Boolean> wanted = new ArrayBlockingQueue<>(1);
  private final Set<String> shown = new TreeSet<>();
  private volatile @Nullable Thread worker;

  Refresher(Workspace workspace) {
    this.workspace = workspace;
  }

  /// Starts to work for an editor.
  void start(LanguageClient client) {
    worker = Thread.ofVirtual().name("refresh").start(() -> work(client));
  }

  /// Asks for a compilation of what there is now.
  void refresh() {
    boolean isFirst = wanted.offer(true);
    assert isFirst || !wanted.isEmpty() : "a compilation that has not begun covers this change";
  }

  private void work(LanguageClient client) {
    try {
      while (true) {
        wanted.take();
        refresh(client);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// A defect must not end the service: it is shown, and the next change is tried again.
  private void refresh(LanguageClient client) {
    try {
      publish(workspace.compile(), client);
    } catch (RuntimeException defect) {
      client.showMessage(new MessageParams(MessageType.Error, "sluice: internal error: " + defect));
    }
  }

  /// Files that had findings before are told that they have none now.
  private void publish(Snapshot snapshot, LanguageClient client) {
    Set<String> now = snapshot.filesWithFindings();
    var all = new TreeSet<>(shown);
    all.addAll(now);
    for (String file : all) {
      client.publishDiagnostics(
          new PublishDiagnosticsParams(
              Uris.of(java.nio.file.Path.of(file)), snapshot.diagnostics(file)));
    }
    shown.clear();
    shown.addAll(now);
  }

  @Override
  public void close() {
    Thread working = worker;
    if (working != null) {
      working.interrupt();
    }
  }
}
