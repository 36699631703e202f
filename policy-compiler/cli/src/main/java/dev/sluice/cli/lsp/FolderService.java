package dev.sluice.cli.lsp;

import org.eclipse.lsp4j.DidChangeConfigurationParams;
import org.eclipse.lsp4j.DidChangeWatchedFilesParams;
import org.eclipse.lsp4j.services.WorkspaceService;

/// What the editor says about files it does not have open.
final class FolderService implements WorkspaceService {

  private final Refresher refresher;

  FolderService(Refresher refresher) {
    this.refresher = refresher;
  }

  @Override
  public void didChangeConfiguration(DidChangeConfigurationParams params) {
    refresher.refresh();
  }

  @Override
  public void didChangeWatchedFiles(DidChangeWatchedFilesParams params) {
    refresher.refresh();
  }
}
