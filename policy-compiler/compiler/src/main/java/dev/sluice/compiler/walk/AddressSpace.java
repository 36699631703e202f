package dev.sluice.compiler.walk;

import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PolicySet;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The addresses among which an answer can differ: those a case gives, or one of each class that
/// the policies on its way tell apart.
record AddressSpace(
    List<InetAddress> sources, List<InetAddress> workloads, List<InetAddress> services) {

  /// Stands for any address that no policy names. Source: RFC 5737.
  private static final InetAddress ANY = InetAddress.ofLiteral("192.0.2.1");

  AddressSpace {
    sources = List.copyOf(sources);
    workloads = List.copyOf(workloads);
    services = List.copyOf(services);
  }

  /// One choice.
  record Addresses(InetAddress source, InetAddress workload, InetAddress service) {}

  static AddressSpace of(Case asked, List<Trip> trips) {
    var blocks = new Blocks();
    for (Trip trip : trips) {
      trip.stops().forEach(stop -> blocks.collect(stop.sliced().set()));
    }
    Optional<InetAddress> pod = Optional.empty();
    Optional<InetAddress> vip = Optional.empty();
    switch (asked.to()) {
      case Target.OfService service -> vip = service.address();
      case Target.OfWorkload workload -> pod = workload.address();
    }
    return new AddressSpace(
        asked.from().address().map(List::of).orElseGet(() -> representatives(blocks.sources)),
        pod.map(List::of).orElseGet(() -> representatives(blocks.workloads)),
        vip.map(List::of).orElseGet(() -> representatives(blocks.services)));
  }

  /// Any one choice, for which nothing is assumed beyond what the case says.
  Addresses first() {
    return new Addresses(sources.getFirst(), workloads.getFirst(), services.getFirst());
  }

  /// How many choices there are.
  long choices() {
    return (long) sources.size() * workloads.size() * services.size();
  }

  /// Every other choice.
  List<Addresses> others() {
    var others = new LinkedHashSet<Addresses>();
    for (InetAddress source : sources) {
      for (InetAddress workload : workloads) {
        for (InetAddress service : services) {
          others.add(new Addresses(source, workload, service));
        }
      }
    }
    others.remove(first());
    return List.copyOf(others);
  }

  /// The blocks that conditions name.
  private static final class Blocks {
    private final Set<Cidr> sources = new LinkedHashSet<>();
    private final Set<Cidr> workloads = new LinkedHashSet<>();
    private final Set<Cidr> services = new LinkedHashSet<>();

    void collect(PolicySet set) {
      set.policies().forEach(policy -> policy.rules().forEach(rule -> collect(rule.condition())));
    }

    private void collect(Condition condition) {
      switch (condition) {
        case Condition.AllOf(var terms) -> terms.forEach(this::collect);
        case Condition.AnyOf(var terms) -> terms.forEach(this::collect);
        case Condition.Not(var term) -> collect(term);
        case Condition.SourceAddress(var block) -> sources.add(block);
        case Condition.WorkloadAddress(var block) -> workloads.add(block);
        case Condition.ServiceAddress(var block) -> services.add(block);
        case Condition.L4 _, Condition.L7 _ -> {}
      }
    }
  }

  /// Blocks are nested or disjoint, so each class has an address at the start of a block or right
  /// after the end of one.
  private static List<InetAddress> representatives(Set<Cidr> blocks) {
    var found = new LinkedHashSet<InetAddress>();
    found.add(ANY);
    for (Cidr block : blocks) {
      byte[] network = block.network().getAddress();
      found.add(address(new byte[network.length]));
      found.add(block.network());
      after(block).ifPresent(found::add);
    }
    return List.copyOf(found);
  }

  private static Optional<InetAddress> after(Cidr block) {
    byte[] bytes = block.network().getAddress();
    int bit = block.prefixLength() - 1;
    while (bit >= 0) {
      int mask = 0x80 >> (bit % 8);
      bytes[bit / 8] ^= (byte) mask;
      if ((bytes[bit / 8] & mask) != 0) {
        return Optional.of(address(bytes));
      }
      bit--;
    }
    return Optional.empty();
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("address of " + bytes.length + " bytes", impossible);
    }
  }
}
