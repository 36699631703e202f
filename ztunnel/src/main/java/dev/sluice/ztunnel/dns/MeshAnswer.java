package dev.sluice.ztunnel.dns;

import java.net.InetAddress;
import java.util.List;

/// What the mesh says about a name.
sealed interface MeshAnswer {

  /// The name is the mesh's; it may have no address of the family that was asked for.
  ///
  /// @param properName what it is called, where the query only reached it by a search domain; empty
  ///   otherwise
  record Known(String properName, List<InetAddress> addresses) implements MeshAnswer {
    public Known {
      addresses = List.copyOf(addresses);
    }
  }

  /// The mesh does not know the name: somebody else may.
  record Unknown() implements MeshAnswer {}
}
