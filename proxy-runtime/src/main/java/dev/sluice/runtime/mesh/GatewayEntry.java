package dev.sluice.runtime.mesh;

import dev.sluice.runtime.mesh.GatewayAddress.Destination;
import dev.sluice.runtime.yaml.FieldReader;

/// Reads a gateway address of a mesh file: `network/address` or `namespace/hostname`, and the port.
final class GatewayEntry {

  private static final int HBONE_PORT = 15_008;

  private GatewayEntry() {}

  static GatewayAddress read(FieldReader in) {
    String text = in.requiredText("destination");
    if (in.node("hboneMtlsPort") == null) {
      in.missing("hboneMtlsPort");
    }
    int slash = Math.max(text.indexOf('/'), 0);
    String first = text.substring(0, slash);
    String second = text.substring(Math.min(slash + 1, text.length()));
    var address = FieldReader.address(second);
    if (second.isEmpty() || (address.isEmpty() && first.isEmpty())) {
      in.invalid("destination", "`" + text + "` is neither `network/address` nor `namespace/host`");
    }
    Destination destination =
        address.isPresent()
            ? new Destination.ByAddress(first, address.get())
            : new Destination.ByHostname(first, second);
    return new GatewayAddress(destination, in.number("hboneMtlsPort", HBONE_PORT, 1, 65_535));
  }
}
