package dev.sluice.ztunnel.workload;

/// A pod's network namespace, held open by a file descriptor of this process.
///
/// Whoever the pod is handed to owns it and closes it once.
public interface PodNetwork extends AutoCloseable {

  /// Which namespace it is: two descriptors of one namespace are equal in this.
  record Identity(long device, long inode) {}

  /// The open descriptor, fit for `setns`.
  ///
  /// @throws IllegalStateException after {@link #close}
  int descriptor();

  /// Stays known after {@link #close}.
  Identity identity();

  /// Closes the descriptor; more than once is the same as once.
  @Override
  void close();
}
