package dev.sluice.cli.lsp;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.CodeActionKind;
import org.eclipse.lsp4j.CodeActionOptions;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.SaveOptions;
import org.eclipse.lsp4j.ServerCapabilities;
import org.eclipse.lsp4j.ServerInfo;
import org.eclipse.lsp4j.TextDocumentSyncKind;
import org.eclipse.lsp4j.TextDocumentSyncOptions;
import org.eclipse.lsp4j.WorkspaceFolder;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.LanguageClientAware;
import org.eclipse.lsp4j.services.LanguageServer;
import org.eclipse.lsp4j.services.TextDocumentService;
import org.eclipse.lsp4j.services.WorkspaceService;

/// One editor's server: what it can do, and its life from `initialize` to `exit`.
final class PolicyServer implements LanguageServer, LanguageClientAware, AutoCloseable {

  private final Workspace workspace;
  private final Refresher refresher;
  private final DocumentService documents;
  private volatile boolean hasShutDown;

  PolicyServer(InstantSource clock) {
    workspace = new Workspace(clock);
    refresher = new Refresher(workspace);
    documents = new DocumentService(workspace, refresher);
  }

  @Override
  public void connect(LanguageClient client) {
    refresher.start(client);
  }

  @Override
  public CompletableFuture<InitializeResult> initialize(InitializeParams params) {
    workspace.root(root(params));
    refresher.refresh();
    return CompletableFuture.completedFuture(
        new InitializeResult(capabilities(), new ServerInfo("sluice")));
  }

  private static ServerCapabilities capabilities() {
    var sync = new TextDocumentSyncOptions();
    sync.setOpenClose(true);
    sync.setChange(TextDocumentSyncKind.Full);
    sync.setSave(new SaveOptions(false));
    var capabilities = new ServerCapabilities();
    capabilities.setTextDocumentSync(sync);
    capabilities.setHoverProvider(true);
    capabilities.setCodeActionProvider(new CodeActionOptions(List.of(CodeActionKind.QuickFix)));
    return capabilities;
  }

  /// The first workspace folder, else the older `rootUri`, else the working directory.
  @SuppressWarnings("deprecation") // editors older than protocol 3.6 send only `rootUri`
  private static Path root(InitializeParams params) {
    List<WorkspaceFolder> folders = params.getWorkspaceFolders();
    if (folders != null && !folders.isEmpty()) {
      return Uris.path(folders.getFirst().getUri()).orElse(Path.of(""));
    }
    return params.getRootUri() == null
        ? Path.of("")
        : Uris.path(params.getRootUri()).orElse(Path.of(""));
  }

  @Override
  public CompletableFuture<Object> shutdown() {
    hasShutDown = true;
    refresher.close();
    return CompletableFuture.completedFuture(new Object());
  }

  /// The connection ends with the stream; nothing else is open.
  @Override
  public void exit() {
    refresher.close();
  }

  /// Whether the editor asked for the end before it came, as the protocol demands.
  boolean hasShutDown() {
    return hasShutDown;
  }

  @Override
  public TextDocumentService getTextDocumentService() {
    return documents;
  }

  @Override
  public WorkspaceService getWorkspaceService() {
    return new FolderService(refresher);
  }

  @Override
  public void close() {
    refresher.close();
  }
}
