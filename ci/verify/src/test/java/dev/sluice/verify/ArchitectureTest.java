package dev.sluice.verify;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.ImportOption.OnlyIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
  private static final DescribedPredicate<JavaClass> PLANTED = resideInAPackage("..planted..");

  private static final JavaClasses SHIPPED =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("dev.sluice");

  private static final JavaClasses VIOLATIONS =
      new ClassFileImporter()
          .withImportOption(new OnlyIncludeTests())
          .importPackages("dev.sluice")
          .that(PLANTED);

  static List<ArchRule> rules() {
    return ArchitectureRules.all();
  }

  static Stream<String> modules() {
    return ArchitectureRules.modules().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void every_rule_holds_for_what_is_shipped(ArchRule rule) {
    rule.allowEmptyShould(false).check(SHIPPED);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void every_rule_catches_the_violation_planted_for_it(ArchRule rule) {
    assertThat(rule.evaluate(VIOLATIONS).hasViolation()).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modules")
  void every_module_is_among_the_classes_examined(String module) {
    assertThat(SHIPPED.that(resideInAPackage(module))).isNotEmpty();
  }

  @Test
  void the_examined_classes_are_the_whole_of_the_code_and_nothing_planted() {
    assertThat(SHIPPED).hasSizeGreaterThan(50);
    assertThat(SHIPPED.that(PLANTED)).isEmpty();
  }
}
