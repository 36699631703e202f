package dev.sluice.engine.index;

import dev.sluice.engine.identity.SpiffeId;

/// One thing traffic has that can be looked up: rules are filed under keys.
sealed interface Key {

  /// How many rules a key usually selects, relative to the others; smaller is better.
  int breadth();

  record Identity(SpiffeId id) implements Key {
    @Override
    public int breadth() {
      return 0;
    }
  }

  record ServiceAccount(String namespace, String name) implements Key {
    @Override
    public int breadth() {
      return 1;
    }
  }

  record ExactPath(String path) implements Key {
    @Override
    public int breadth() {
      return 2;
    }
  }

  record Namespace(String name) implements Key {
    @Override
    public int breadth() {
      return 3;
    }
  }

  record PathPrefix(String prefix) implements Key {
    @Override
    public int breadth() {
      return 4;
    }
  }

  record WorkloadPort(int port) implements Key {
    @Override
    public int breadth() {
      return 5;
    }
  }

  record ServicePort(int port) implements Key {
    @Override
    public int breadth() {
      return 6;
    }
  }

  record Method(String method) implements Key {
    @Override
    public int breadth() {
      return 7;
    }
  }
}
