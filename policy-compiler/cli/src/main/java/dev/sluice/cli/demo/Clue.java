package dev.sluice.cli.demo;

/// How the access-log line that belongs to an attempt is recognised.
sealed interface Clue {

  /// Whether a line that was written after the attempt began belongs to it.
  boolean fits(AccessLine line);

  /// A request, by the unique id it carried in `x-request-id`.
  record OfRequest(String id) implements Clue {
    @Override
    public boolean fits(AccessLine line) {
      return line.mentions(id);
    }
  }

  /// An incoming mTLS connection, by its two workloads; attempts are made one after the other.
  record OfConnection(String source, String destination) implements Clue {
    @Override
    public boolean fits(AccessLine line) {
      return line.field("direction").equals("inbound")
          && line.field("src.workload").equals(source)
          && line.field("dst.workload").equals(destination);
    }
  }

  /// An incoming plaintext connection, by the client's address and the workload; attempts are made
  /// one after the other.
  record OfPlaintext(String source, String destination) implements Clue {
    @Override
    public boolean fits(AccessLine line) {
      return line.field("direction").equals("inbound")
          && line.field("src.identity").isEmpty()
          && line.field("src.addr").startsWith(source + ":")
          && line.field("dst.workload").equals(destination);
    }
  }
}
