package dev.sluice.compiler.validate;

import com.google.common.collect.ImmutableList;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// A CEL expression over `self`, compiled when it is first evaluated; an evaluation is bounded.
final class Expression {

  /// Steps of all loops of one evaluation: two nested loops over 32 parents, or one over 4096
  /// labels.
  private static final int MAX_ITERATIONS = 16 * 1024;

  private final String text;
  private CelRuntime.Program program;

  @SuppressWarnings("NullAway.Init") // compiled by `program()`
  Expression(String text) {
    this.text = text;
  }

  /// Whether the expression is true; an expression that cannot be evaluated is not.
  boolean holds(Object self) {
    try {
      return Boolean.TRUE.equals(program().eval(Map.of("self", self)));
    } catch (CelEvaluationException notEvaluable) {
      return false;
    }
  }

  /// @throws IllegalStateException when the expression is malformed, which is a packaging fault
  private synchronized CelRuntime.Program program() {
    if (program == null) {
      try {
        program = Environment.RUNTIME.createProgram(Environment.COMPILER.compile(text).getAst());
      } catch (CelValidationException | CelEvaluationException malformed) {
        throw new IllegalStateException("rule `" + text + "`", malformed);
      }
    }
    return program;
  }

  /// Loaded with the first expression, so that a run without any does not pay for it.
  private static final class Environment {
    private static final CelOptions OPTIONS =
        CelOptions.current()
            .comprehensionMaxIterations(MAX_ITERATIONS)
            .enableHeterogeneousNumericComparisons(true)
            .build();

    static final CelCompiler COMPILER =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("self", SimpleType.DYN)
            .addFunctionDeclarations(
                CelFunctionDecl.newFunctionDeclaration(
                    "isHttpUrl",
                    CelOverloadDecl.newGlobalOverload(
                        "is_http_url", SimpleType.BOOL, SimpleType.STRING)),
                CelFunctionDecl.newFunctionDeclaration(
                    "sum",
                    CelOverloadDecl.newMemberOverload(
                        "list_sum", SimpleType.INT, ListType.create(SimpleType.INT))))
            .setResultType(SimpleType.BOOL)
            .build();

    static final CelRuntime RUNTIME =
        CelRuntimeFactory.plannerRuntimeBuilder()
            .setOptions(OPTIONS)
            .addFunctionBindings(
                ImmutableList.of(
                    CelFunctionBinding.from("is_http_url", String.class, Environment::isHttpUrl),
                    CelFunctionBinding.from("list_sum", List.class, Environment::sum)))
            .build();

    private static boolean isHttpUrl(String text) {
      try {
        String scheme = new URI(text).getScheme();
        return scheme != null && Set.of("http", "https").contains(scheme.toLowerCase(Locale.ROOT));
      } catch (URISyntaxException malformed) {
        return false;
      }
    }

    private static long sum(List<?> numbers) {
      return numbers.stream().mapToLong(number -> ((Number) number).longValue()).sum();
    }
  }
}
