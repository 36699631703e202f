package dev.sluice.verify;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.PrimitiveTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.lang.model.element.Modifier;
import javax.lang.model.type.TypeKind;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// One source file as the size rules see it, read with the parser of javac.
///
/// @param lines how many lines the file has
/// @param methods every method and explicit constructor, nested types included
record SourceScan(String file, int lines, List<Method> methods) {

  /// A method; `line` counts from 1 and `lines` from its first modifier to its closing brace.
  record Method(String name, int line, int lines, int parameters, boolean hasFlagParameter) {}

  static SourceScan of(String file, String text) {
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    JavacTask task =
        (JavacTask)
            compiler.getTask(
                null, null, problem -> {}, List.of("-proc:none"), null, List.of(new Text(text)));
    MethodCollector collector = new MethodCollector(Trees.instance(task).getSourcePositions());
    try {
      for (CompilationUnitTree unit : task.parse()) {
        collector.scan(unit, unit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new SourceScan(file, (int) text.lines().count(), List.copyOf(collector.methods));
  }

  private static final class MethodCollector
      extends TreeScanner<@Nullable Void, CompilationUnitTree> {
    private static final Set<String> GIVEN = Set.of("Override", "ParameterizedTest", "Property");

    private final SourcePositions positions;
    private final List<Method> methods = new ArrayList<>();
    private boolean isInRecord;

    MethodCollector(SourcePositions positions) {
      this.positions = positions;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, CompilationUnitTree unit) {
      boolean outer = isInRecord;
      isInRecord = type.getKind() == Tree.Kind.RECORD;
      super.visitClass(type, unit);
      isInRecord = outer;
      return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, CompilationUnitTree unit) {
      long start = lineOf(positions.getStartPosition(unit, method), unit);
      long end = lineOf(positions.getEndPosition(unit, method), unit);
      boolean isRecordConstructor = isInRecord && method.getReturnType() == null;
      methods.add(
          new Method(
              method.getName().toString(),
              (int) start,
              (int) (end - start + 1),
              isRecordConstructor ? 0 : method.getParameters().size(),
              takesFlag(method)));
      return super.visitMethod(method, unit);
    }

    private static long lineOf(long position, CompilationUnitTree unit) {
      return unit.getLineMap().getLineNumber(position);
    }

    private static boolean takesFlag(MethodTree method) {
      // The signature is not the author's choice, or the flag is a column of a truth table.
      boolean isGiven =
          method.getModifiers().getAnnotations().stream()
              .anyMatch(a -> GIVEN.contains(a.getAnnotationType().toString()));
      boolean isHidden = method.getModifiers().getFlags().contains(Modifier.PRIVATE);
      return !isGiven
          && !isHidden
          && method.getReturnType() != null
          && method.getParameters().stream().anyMatch(p -> isBoolean(p.getType()));
    }

    private static boolean isBoolean(Tree type) {
      return type instanceof PrimitiveTypeTree primitive
          && primitive.getPrimitiveTypeKind() == TypeKind.BOOLEAN;
    }
  }

  private static final class Text extends SimpleJavaFileObject {
    private final String text;

    Text(String text) {
      super(URI.create("string:///Source.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public String getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
