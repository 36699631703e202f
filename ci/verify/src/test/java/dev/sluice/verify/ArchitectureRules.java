package dev.sluice.verify;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// The rules of the house: which part may know which, and where each foreign API lives.
final class ArchitectureRules {
  private static final String ROOT = "dev.sluice..";
  private static final String SCHEMAS = "dev.sluice.schemas..";
  private static final String ENGINE = "dev.sluice.engine..";
  private static final String COMPILER = "dev.sluice.compiler..";
  private static final String CLI = "dev.sluice.cli..";
  private static final String RUNTIME = "dev.sluice.runtime..";
  private static final String ZTUNNEL = "dev.sluice.ztunnel..";
  private static final String WAYPOINT = "dev.sluice.waypoint..";
  private static final String CONTROL_PLANE = "dev.sluice.controlplane..";

  private ArchitectureRules() {}

  static List<ArchRule> all() {
    return Stream.of(
            directions(),
            homesOfFormats(),
            homesOfMachinery(),
            homesOfCalls(),
            homesOfCommands(),
            purity(),
            habits())
        .flatMap(List::stream)
        .toList();
  }

  /// The root packages of the modules, in the order of their dependencies.
  static List<String> modules() {
    return List.of(SCHEMAS, ENGINE, COMPILER, CLI, RUNTIME, ZTUNNEL, WAYPOINT, CONTROL_PLANE);
  }

  private static List<ArchRule> directions() {
    return List.of(
        mayKnow(SCHEMAS),
        mayKnow(ENGINE, SCHEMAS),
        mayKnow(COMPILER, SCHEMAS, ENGINE),
        mayKnow(CLI, SCHEMAS, ENGINE, COMPILER, CONTROL_PLANE),
        mayKnow(RUNTIME, SCHEMAS, ENGINE),
        mayKnow(ZTUNNEL, SCHEMAS, ENGINE, RUNTIME),
        mayKnow(WAYPOINT, SCHEMAS, ENGINE, RUNTIME),
        mayKnow(CONTROL_PLANE, SCHEMAS, ENGINE));
  }

  private static ArchRule mayKnow(String module, String... others) {
    String[] allowed = Stream.concat(Stream.of(module), Stream.of(others)).toArray(String[]::new);
    return classes()
        .that()
        .resideInAPackage(module)
        .should()
        .onlyDependOnClassesThat(
            not(resideInAPackage(ROOT))
                .or(resideInAnyPackage(allowed))
                .as("are foreign or reside in %s", String.join(", ", allowed)))
        .because("proxies and compiler meet only in the engine, so neither can bend its meaning");
  }

  private static List<ArchRule> homesOfFormats() {
    return List.of(
        home(
            "the protocol of editors is one way among others to see findings",
            resideInAPackage("org.eclipse.lsp4j.."),
            "dev.sluice.cli.lsp.."),
        home(
            "wire formats change on their own schedule; the model must not follow them",
            resideInAPackage("com.google.protobuf..")
                .or(assignableTo("com.google.protobuf.MessageLiteOrBuilder"))
                .or(assignableTo("com.google.protobuf.ProtocolMessageEnum"))
                .as("are protobuf types"),
            SCHEMAS,
            "dev.sluice..wire.."),
        home(
            "the located YAML tree is read in one place, so its traps are closed in one place",
            resideInAPackage("org.snakeyaml.."),
            "dev.sluice.compiler.read.."),
        home(
            "schema errors become findings with a location before anyone else sees them",
            resideInAPackage("com.networknt.."),
            "dev.sluice.compiler.validate.."),
        home(
            "expressions run with a limit, on values whose shape is known, and become findings",
            resideInAPackage("dev.cel.."),
            "dev.sluice.compiler.validate.."),
        home(
            "Jackson YAML drops duplicate keys and marks: it reads our own files, and of policies"
                + " only the second opinion that must agree with the strict reader",
            resideInAPackage("com.fasterxml.jackson.dataformat.yaml.."),
            RUNTIME,
            CLI,
            "dev.sluice.compiler.read.."),
        home(
            "Jackson reaches this parser for us; we only set its limits",
            resideInAPackage("org.yaml.snakeyaml.."),
            "dev.sluice.compiler.read..",
            "dev.sluice.runtime.yaml.."));
  }

  private static List<ArchRule> homesOfMachinery() {
    return List.of(
        home(
            "reference counts and event loops are the business of the data plane alone",
            resideInAPackage("io.netty.."),
            RUNTIME,
            ZTUNNEL,
            WAYPOINT),
        home(
            "signatures and certificates are made and checked where trust is decided",
            resideInAPackage("org.bouncycastle.."),
            "dev.sluice.engine.bundle..",
            "dev.sluice.engine.trust..",
            "dev.sluice.compiler.trust..",
            CONTROL_PLANE),
        home(
            "tokens are judged at L7; the compiler only checks that the keys can be read",
            resideInAPackage("com.nimbusds.."),
            "dev.sluice.compiler.validate..",
            WAYPOINT),
        home(
            "metrics have one registry, owned by the runtime of the proxies",
            resideInAPackage("io.prometheus.."),
            RUNTIME,
            ZTUNNEL,
            WAYPOINT),
        home(
            "traces leave by one door, and nobody else waits for a collector",
            resideInAPackage("io.opentelemetry.."),
            "dev.sluice.runtime.telemetry.."),
        home(
            "the engine and the compiler return what they know and leave logging to programs",
            resideInAnyPackage("org.slf4j..", "ch.qos.logback.."),
            RUNTIME,
            ZTUNNEL,
            WAYPOINT,
            CONTROL_PLANE));
  }

  private static List<ArchRule> homesOfCalls() {
    return List.of(
        home(
            "how the control plane is spoken to is known where its messages are",
            resideInAPackage("io.grpc.."),
            "dev.sluice.runtime..wire..",
            CONTROL_PLANE));
  }

  private static List<ArchRule> homesOfCommands() {
    return List.of(
        home(
            "a library caller must not inherit the habits of a command line",
            resideInAPackage("picocli.."),
            CLI),
        home(
            "a cluster is read in one place, read-only, and no other command pays for the client",
            resideInAPackage("io.fabric8.."),
            "dev.sluice.cli.cluster..",
            CONTROL_PLANE));
  }

  private static ArchRule home(
      String because, DescribedPredicate<? super JavaClass> api, String... packages) {
    return noClasses()
        .that()
        .resideInAPackage(ROOT)
        .and()
        .resideOutsideOfPackages(packages)
        .should()
        .dependOnClassesThat(api)
        .because(because);
  }

  private static List<ArchRule> purity() {
    return List.of(
        classes()
            .that()
            .resideInAnyPackage("dev.sluice.engine.policy..", "dev.sluice.engine.identity..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..",
                "org.jspecify.annotations..",
                "dev.sluice.engine.policy..",
                "dev.sluice.engine.identity..")
            .because("a decision is a pure function over immutable values"),
        slices()
            .matching("dev.sluice.(**)")
            .should()
            .beFreeOfCycles()
            .because("packages in a cycle can only be understood, tested and changed together"),
        noClasses()
            .that()
            .resideInAnyPackage(ENGINE, RUNTIME, ZTUNNEL, WAYPOINT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.regex..")
            .because("backtracking on input that an attacker controls stops a proxy; use RE2/J"));
  }

  private static List<ArchRule> habits() {
    return List.of(
        classes()
            .that(areWritten())
            .should(resideInANullMarkedPackage())
            .because("without the mark NullAway checks nothing there"),
        noClasses()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .dependOnClassesThat(
                assignableTo(ThreadLocal.class)
                    .or(assignableTo("io.netty.util.concurrent.FastThreadLocal")))
            .because("virtual threads are many and short; state is passed, not hidden in threads"),
        noClasses()
            .that()
            .resideInAPackage(ROOT)
            .and()
            .resideOutsideOfPackages(CLI, "dev.sluice.ztunnel.redirect..")
            .should()
            .accessField(System.class, "out")
            .because("standard output is the report of a command line and of nothing else"),
        noClasses()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .callMethodWhere(
                target(name("printStackTrace")).and(target(owner(assignableTo(Throwable.class)))))
            .because("an error is reported or logged with its context, never dumped"),
        noClasses()
            .should()
            .resideInAnyPackage("..util..", "..common..", "..manager..", "..impl..", "..internal..")
            .because("such a name says nothing, so anything may end up there"));
  }

  private static DescribedPredicate<JavaClass> areWritten() {
    DescribedPredicate<JavaClass> generated = resideInAPackage("dev.sluice.schemas.*..");
    return not(generated).as("are not generated from protobuf");
  }

  private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
    return new ArchCondition<>("reside in a package that is @NullMarked") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
        String message = type.getName() + (marked ? " is" : " is not") + " in a marked package";
        events.add(new SimpleConditionEvent(type, marked, message));
      }
    };
  }
}
