package dev.sluice.compiler.review;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.Witness;
import dev.sluice.compiler.diagnostic.Witness.Caller;
import dev.sluice.compiler.diagnostic.Witness.Decision;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedPolicy.LinkedRule;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.review.Overview.Group;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Condition.AllOf;
import dev.sluice.engine.policy.Condition.AnyOf;
import dev.sluice.engine.policy.Condition.Not;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.TreeDecider;
import java.net.InetAddress;
import java.util.Optional;

/// DENY rules by identity on ports that also take plaintext: who comes without mTLS is nobody, and
/// passes.
///
/// The engine decides the witness on everything that applies, so a port that is closed to plaintext
/// in any way is never reported.
final class PlaintextHoles {

  /// Addresses of documentation (RFC 5737): a rule by address that names one is not about them.
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");

  private static final InetAddress POD = InetAddress.ofLiteral("192.0.2.2");

  private final Implication implication;
  private final Diagnostics problems;

  PlaintextHoles(Implication implication, Diagnostics problems) {
    this.implication = implication;
    this.problems = problems;
  }

  /// A rule that a client without identity evades, and that client.
  record Hole(LinkedRule rule, Witness witness) {}

  /// Notes the first hole of every DENY policy in a namespace.
  void collect(Overview overview, Share into) {
    for (Group group : overview.groups()) {
      TreeDecider decider = null;
      for (Authorization policy : group.policies()) {
        if (policy.action() == Action.DENY && !into.holes.knows(policy)) {
          for (LinkedRule rule : policy.rules()) {
            if (needsIdentity(rule.condition()) && !into.holes.knows(policy)) {
              decider = decider == null ? group.decider() : decider;
              hole(group, decider, rule)
                  .ifPresent(witness -> into.holes.addFirst(policy, new Hole(rule, witness)));
            }
          }
        }
      }
    }
  }

  /// Reports what was noted.
  void report(Share share) {
    share.holes.forEach(
        (policy, holes) -> report(policy, holes.getFirst().rule(), holes.getFirst().witness()));
  }

  private Optional<Witness> hole(Group group, TreeDecider decider, LinkedRule rule) {
    for (LinkedWorkload workload : group.workloads()) {
      for (int port : Overview.ports(workload)) {
        boolean isConcerned =
            !implication.excludes(rule.condition(), new Condition.WorkloadPort(port));
        if (isConcerned && decider.decide(plaintext(port)).allows()) {
          return Optional.of(
              Witness.connection(
                  new Caller.Plaintext(), Witnesses.destination(workload, port), Decision.ALLOW));
        }
      }
    }
    return Optional.empty();
  }

  static Connection plaintext(int port) {
    return new Connection(Peer.anonymous(), CLIENT, new AddressPort(POD, port), null);
  }

  /// Whether no peer without identity satisfies a condition.
  private static boolean needsIdentity(Condition condition) {
    return switch (condition) {
      case AllOf(var terms) -> terms.stream().anyMatch(PlaintextHoles::needsIdentity);
      case AnyOf(var terms) -> terms.stream().allMatch(PlaintextHoles::needsIdentity);
      case Not _ -> false;
      case Condition.L4 leaf -> Identity.isAsked(leaf);
      case Condition.L7 _ -> false;
    };
  }

  private void report(Authorization policy, LinkedRule rule, Witness witness) {
    problems.report(
        Code.PLAINTEXT_EVADES_DENY,
        rule.span(),
        policy.syntax().metadata().resource(),
        new Text(
                "rule "
                    + (rule.index() + 1)
                    + " denies by identity, and a client without mTLS has none",
                "no STRICT PeerAuthentication applies to the port, so the same client passes when"
                    + " it is outside the mesh",
                "require mTLS with a STRICT PeerAuthentication, or admit by identity with an ALLOW"
                    + " policy")
            .shownBy(witness));
  }
}
