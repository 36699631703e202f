package dev.sluice.ztunnel.redirect;

/// An Internet protocol, as the rules name its things.
enum Family {
  IPV4("127.0.0.1", "/32", "0.0.0.0/0", "-4", "ip"),
  IPV6("::1", "/128", "::/0", "-6", "ip6");

  private final String loopback;
  private final String host;
  private final String everything;
  private final String option;
  private final String word;

  Family(String loopback, String host, String everything, String option, String word) {
    this.loopback = loopback;
    this.host = host;
    this.everything = everything;
    this.option = option;
    this.word = word;
  }

  /// The loopback address.
  String loopback() {
    return loopback;
  }

  /// An address as a prefix.
  String host(String address) {
    return address + host;
  }

  /// The prefix of all addresses.
  String everything() {
    return everything;
  }

  /// What `ip` is told.
  String option() {
    return option;
  }

  /// The expression of nftables for its header.
  String nft() {
    return word;
  }

  /// Its program of the iptables family; `-save` and `-restore` are appended to it.
  String iptables() {
    return word + "tables";
  }
}
