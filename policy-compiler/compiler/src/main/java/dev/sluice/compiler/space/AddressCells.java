package dev.sluice.compiler.space;

import dev.sluice.engine.policy.Cidr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds for every kind of address that some blocks tell apart one example.
///
/// Two blocks are nested or disjoint, so a kind is what a block leaves over of the blocks inside
/// it, or what all blocks leave over.
final class AddressCells {
  private static final List<InetAddress> USUAL =
      List.of(
          InetAddress.ofLiteral("10.0.0.1"),
          InetAddress.ofLiteral("192.0.2.1"),
          InetAddress.ofLiteral("2001:db8::1"));

  private final Effort effort;

  private AddressCells(Effort effort) {
    this.effort = effort;
  }

  /// At least one address for every set of blocks that an address can lie in.
  static List<InetAddress> examples(Collection<Cidr> blocks, Effort effort) {
    Set<Cidr> distinct = new LinkedHashSet<>(blocks);
    var examples = new LinkedHashSet<InetAddress>(USUAL);
    var cells = new AddressCells(effort);
    for (String family : List.of("0.0.0.0/0", "::/0")) {
      Cidr everything = Cidr.parse(family).orElseThrow();
      cells.leftOver(everything, distinct, Bounds.INCLUDING_ITSELF).ifPresent(examples::add);
    }
    for (Cidr block : distinct) {
      cells.leftOver(block, distinct, Bounds.STRICTLY_INSIDE).ifPresent(examples::add);
    }
    return List.copyOf(examples);
  }

  private enum Bounds {
    INCLUDING_ITSELF,
    STRICTLY_INSIDE
  }

  /// An address of `block` in none of `blocks` that are no larger (or smaller) than it.
  private Optional<InetAddress> leftOver(Cidr block, Collection<Cidr> blocks, Bounds bounds) {
    List<Cidr> inside =
        blocks.stream()
            .filter(other -> block.contains(other.network()))
            .filter(other ->
                bounds == Bounds.INCLUDING_ITSELF
                    ? other.prefixLength() >= block.prefixLength()
                    : other.prefixLength() > block.prefixLength())
            .toList();
    return search(block, inside);
  }

  private Optional<InetAddress> search(Cidr block, List<Cidr> inside) {
    effort.spend(1L + inside.size());
    if (inside.isEmpty()) {
      return Optional.of(example(block));
    }
    if (inside.stream().anyMatch(other -> other.prefixLength() <= block.prefixLength())) {
      return Optional.empty();
    }
    for (Cidr half : halves(block)) {
      List<Cidr> within = inside.stream().filter(other -> half.contains(other.network())).toList();
      Optional<InetAddress> found = search(half, within);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static List<Cidr> halves(Cidr block) {
    int length = block.prefixLength();
    byte[] upper = block.network().getAddress();
    upper[length / 8] |= (byte) (0x80 >> (length % 8));
    var halves = new ArrayList<Cidr>();
    halves.add(new Cidr(block.network(), length + 1));
    halves.add(new Cidr(address(upper), length + 1));
    return halves;
  }

  /// The first address that a host may have.
  private static InetAddress example(Cidr block) {
    byte[] bytes = block.network().getAddress();
    if (block.prefixLength() < bytes.length * 8 - 1) {
      bytes[bytes.length - 1] |= 1;
    }
    return address(bytes);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("address of " + bytes.length + " bytes", impossible);
    }
  }
}
