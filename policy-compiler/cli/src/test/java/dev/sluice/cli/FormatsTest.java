package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.cli.Run.Setting;
import dev.sluice.cli.format.Comment;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/// What `check` writes for CI systems.
class FormatsTest {
  private static final String CI = "../../schemas/examples/invalid";

  /// A name that tries to be an order, an element, a link and a mention at once.
  private static final String EVIL =
      "x\\u001b[2J\\n::error::owned]]></failure><script>alert(1)</script>"
          + "`</code> ![i](http://evil.example) @everyone #1 ##[error]x %0A::warning::y, z: |";

  @TempDir Path folder;

  private static final String MIXED =
      String.join(
          "---\n",
          Trees.WORKLOAD,
          Trees.MISSPELT,
          Trees.LOOSE.replace("api-callers", "loose"),
          Trees.LOOSE
              .replace("api-callers", "accepted")
              .replace("sa/web*", "sa/batch*")
              .replace(
                  "  namespace: shop\n",
                  "  namespace: shop\n  annotations: {sluice.dev/ignore.SLU1231: on purpose}\n"));

  private static Run check(String text, String format) {
    return Setting.plain().withStdin(text).run("check", "-", "--output", format);
  }

  private static String evil() {
    return Trees.WORKLOAD
        + "---\n"
        + Trees.SOUND.replace(
            "principals: [\"cluster.local/ns/shop/sa/web\"]",
            "principals: [\"" + EVIL.replace("\"", "\\\"") + "\"]")
        + "---\n"
        + Trees.SOUND.replace("name: api-callers", "name: \"" + EVIL.replace("\"", "\\\"") + "\"");
  }

  @Test
  void each_format_shows_the_same_findings() {
    Golden.assertSame("check-formats.sarif", check(MIXED, "sarif").out());
    Golden.assertSame("check-formats.junit.xml", check(MIXED, "junit").out());
    Golden.assertSame("check-formats.github.txt", check(MIXED, "github").out());
    Golden.assertSame("check-formats.md", check(MIXED, "markdown").out());
  }

  @Test
  void several_formats_come_from_one_run() throws IOException {
    Run run =
        Setting.plain()
            .withStdin(MIXED)
            .run(
                "check",
                "-",
                "--output=github",
                "--output=sarif=" + folder.resolve("a.sarif"),
                "--output=junit=" + folder.resolve("b.xml"),
                "--output=markdown=" + folder.resolve("c.md"),
                "--output=json=" + folder.resolve("d.json"),
                "--output=text=" + folder.resolve("e.txt"));

    assertThat(run.out()).isEqualTo(check(MIXED, "github").out());
    assertThat(Files.readString(folder.resolve("a.sarif"))).isEqualTo(check(MIXED, "sarif").out());
    assertThat(Files.readString(folder.resolve("b.xml"))).isEqualTo(check(MIXED, "junit").out());
    assertThat(Files.readString(folder.resolve("c.md"))).isEqualTo(check(MIXED, "markdown").out());
    assertThat(Files.readString(folder.resolve("d.json"))).isEqualTo(check(MIXED, "json").out());
    assertThat(Files.readString(folder.resolve("e.txt"))).isEqualTo(check(MIXED, "text").out());
  }

  static Stream<String> samples() {
    return Stream.of(MIXED, evil(), Trees.SOUND, Trees.UNREAD, "a: [", "", Trees.LOOSE);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void sarif_is_valid_by_its_own_schema(String sample) throws IOException {
    assertValidSarif(check(sample, "sarif").json());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void the_exit_code_does_not_depend_on_the_format(String sample) {
    assertThat(
            Stream.of("text", "json", "sarif", "junit", "github", "markdown")
                .map(format -> check(sample, format).code())
                .distinct())
        .hasSize(1);
  }

  @Test
  void sarif_of_every_invalid_example_is_valid_and_relative() throws IOException {
    JsonNode log = Run.of("check", CI, "--output", "sarif").json();

    assertValidSarif(log);
    assertThat(log.at("/runs/0/results")).hasSizeGreaterThan(100);
    assertThat(log.at("/runs/0/results").findValuesAsText("primaryLocationLineHash"))
        .doesNotHaveDuplicates();
    assertThat(log.at("/runs/0/results").findValuesAsText("uri"))
        .allSatisfy(uri -> assertThat(uri).startsWith("../../schemas/examples/invalid/"));
  }

  @Test
  void sarif_says_what_was_suppressed_where_and_why() {
    JsonNode results = check(MIXED, "sarif").json().at("/runs/0/results");

    assertThat(results.findValues("suppressions").stream().filter(list -> !list.isEmpty()))
        .singleElement()
        .satisfies(list -> {
          assertThat(list.at("/0/kind").asText()).isEqualTo("inSource");
          assertThat(list.at("/0/justification").asText()).isEqualTo("on purpose");
        });
  }

  @Test
  void paths_with_blanks_and_marks_are_quoted_in_sarif() throws IOException {
    Path odd = folder.resolve("a b#c%20");
    Trees.write(odd, Trees.MISSPELT);

    JsonNode log = Run.of("check", odd.toString(), "--output", "sarif").json();

    assertValidSarif(log);
    assertThat(log.findValuesAsText("uri"))
        .allSatisfy(uri -> assertThat(uri).startsWith("file:///").contains("a%20b%23c%2520/"));
  }

  @Test
  void github_annotations_are_the_worst_ten_of_each_severity_and_a_count() {
    String many =
        IntStream.range(0, 14)
            .mapToObj(i -> Trees.MISSPELT.replace("api-callers", "p" + i))
            .collect(Collectors.joining("---\n", Trees.WORKLOAD + "---\n", ""));

    String out = check(many, "github").out();

    assertThat(out.lines().filter(line -> line.startsWith("::error "))).hasSize(10);
    assertThat(out)
        .endsWith("sluice: 14 errors, 0 warnings, 0 notes; 4 not shown as annotations\n");
  }

  @Test
  void a_name_cannot_give_github_an_order() {
    String out = check(evil(), "github").out();

    assertThat(out.lines().filter(line -> line.startsWith("::")))
        .allSatisfy(line -> assertThat(line).matches("::(error|warning|notice) file=[^:]*::.*"));
    assertThat(out.lines().filter(line -> !line.startsWith("::"))).hasSize(1);
    assertThat(out).doesNotContain("\u001b").doesNotContain("##[").contains("%250A");
  }

  @Test
  void a_name_cannot_break_out_of_junit() throws Exception {
    String out = check(evil(), "junit").out();
    Document xml = parsed(out);

    assertThat(out).doesNotContain("<script>").doesNotContain("\u001b");
    assertThat(xml.getElementsByTagName("script").getLength()).isZero();
    assertThat(xml.getElementsByTagName("testcase").getLength()).isEqualTo(2);
    assertThat(xml.getElementsByTagName("failure").getLength()).isPositive();
  }

  @Test
  void junit_counts_what_it_lists() throws Exception {
    Document xml = parsed(check(MIXED, "junit").out());
    Element suite = (Element) xml.getElementsByTagName("testsuite").item(0);

    assertThat(suite.getAttribute("tests"))
        .isEqualTo("" + xml.getElementsByTagName("testcase").getLength());
    assertThat(suite.getAttribute("failures"))
        .isEqualTo("" + xml.getElementsByTagName("failure").getLength())
        .isEqualTo("1");
  }

  @Test
  void junit_reports_an_error_when_nothing_was_evaluated() throws Exception {
    Document xml = parsed(check(Trees.UNREAD, "junit").out());

    assertThat(xml.getElementsByTagName("error").getLength()).isEqualTo(1);
  }

  @Test
  void a_name_cannot_become_markup_a_link_or_a_mention_in_a_comment() {
    String out = check(evil(), "markdown").out();

    assertThat(out).doesNotContain("\u001b");
    assertThat(withoutCode(out))
        .doesNotContain("<script")
        .doesNotContain("</code> !")
        .doesNotContain("](http")
        .doesNotContain("http://")
        .doesNotContain("@everyone")
        .doesNotContain("#1 ");
  }

  /// Inside a fence everything is text.
  private static String withoutCode(String markdown) {
    return markdown.replaceAll("(?s)\n```+\n.*?\n```+\n", "\n");
  }

  @Test
  void a_long_comment_is_cut_where_a_finding_ends_and_says_so() {
    String many =
        IntStream.range(0, 400)
            .mapToObj(i -> Trees.MISSPELT.replace("api-callers", "p" + i))
            .collect(Collectors.joining("---\n", Trees.WORKLOAD + "---\n", ""));

    String out = check(many, "markdown").out();

    assertThat(out).hasSizeLessThanOrEqualTo(Comment.LIMIT).hasSizeGreaterThan(60_000);
    assertThat(out).containsPattern("\\d+ parts were left out");
    assertThat(out.split("<details>", -1)).hasSameSizeAs(out.split("</details>", -1));
  }

  @Test
  void a_plan_is_a_comment_too() {
    Run run = Run.of("plan", Trees.SHOP, "--output", "markdown");

    assertThat(run.code()).isZero();
    Golden.assertSame("plan-shop.md", run.out());
  }

  private static final String EXPECTS_DENY =
      """
      apiVersion: sluice.dev/v1
      kind: PolicyTest
      metadata: {name: access, namespace: shop}
      spec:
        cases:
        - name: "web [may](http://evil.example) call, %0A::error::x"
          from: {namespace: shop, serviceAccount: web}
          to: {workload: shop/api, port: 8080}
          expect: {decision: deny}
      """;

  private static Run test(String format) {
    return Setting.plain()
        .withStdin(String.join("---\n", Trees.WORKLOAD, Trees.SOUND, EXPECTS_DENY))
        .run("test", "-", "--output", format);
  }

  @Test
  void policy_tests_are_annotated_and_commented() {
    String annotations = test("github").out();
    String comment = test("markdown").out();

    assertThat(annotations.lines().findFirst())
        .hasValueSatisfying(line ->
            assertThat(line)
                .startsWith("::error file=<stdin>,line=")
                .contains("title=policy test%3A web [may](http%3A//evil.example) call%2C %250A")
                .contains("expected `deny`, got `allow`"));
    assertThat(comment)
        .startsWith("<!-- sluice test -->")
        .contains("### Sluice test: 0 passed, 1 failed, 0 errors")
        .contains("expected <code>deny</code>, got <code>allow</code>")
        .doesNotContain("](http");
  }

  @Test
  void policy_tests_exit_alike_in_every_format() {
    assertThat(Stream.of("text", "json", "junit", "github", "markdown").map(f -> test(f).code()))
        .containsOnly(1);
  }

  private static void assertValidSarif(JsonNode log) throws IOException {
    try (InputStream schema =
        FormatsTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
      assertThat(
              SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                  .getSchema(schema, InputFormat.JSON)
                  .validate(log))
          .isEmpty();
    }
    assertThat(new JsonMapper().readTree(log.toString())).isEqualTo(log);
  }

  private static Document parsed(String xml)
      throws ParserConfigurationException, IOException, SAXException {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
  }
}
