package dev.sluice.ztunnel;

/// What is running.
final class Versions {

  private Versions() {}

  /// The version of the packaged program; `dev` outside of one.
  static String own() {
    String version = Ztunnel.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
