package dev.sluice.compiler.validate;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.read.Node;
import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.compiler.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Turns what a schema says into findings with a place, a reason and a fix.
final class SchemaFindings {

  private static final String PRUNED =
      "Kubernetes drops unknown fields, so a misspelled constraint would silently disappear";

  private final MappingNode root;
  private final Problems problems;
  private final SchemaValidator schema;

  private SchemaFindings(MappingNode root, Problems problems, SchemaValidator schema) {
    this.root = root;
    this.problems = problems;
    this.schema = schema;
  }

  /// Reports what does not fit the schema; whether everything does.
  static boolean check(MappingNode root, Problems problems, SchemaValidator schema) {
    List<Error> errors = schema.validate(root);
    errors.forEach(new SchemaFindings(root, problems, schema)::report);
    return errors.isEmpty();
  }

  private void report(Error error) {
    Located place = locate(error.getInstanceLocation());
    String field = place.path().isEmpty() ? "the object" : "`" + place.path() + "`";
    switch (Objects.toString(error.getKeyword(), "")) {
      case "additionalProperties" -> unknownField(error, place);
      case "required" -> missingField(error, place, field);
      case "type" -> wrongType(error, place, field);
      case "enum", "const" -> wrongValue(error, place, field);
      case "pattern", "propertyNames", "format" ->
          problems.report(
              Code.WRONG_VALUE,
              place.span(),
              new Text(
                  "`" + shown(place.node()) + "` is not allowed in " + field,
                  "it does not have the form Kubernetes accepts here",
                  "it must match `" + argument(error) + "`"));
      case "maxItems",
          "minItems",
          "maxLength",
          "minLength",
          "maxProperties",
          "minProperties",
          "maximum",
          "minimum" ->
          problems.report(
              Code.WRONG_LENGTH,
              place.span(),
              new Text(
                  field + " is out of bounds: " + bound(error),
                  "the API server refuses it",
                  "stay within the bound"));
      default ->
          problems.report(
              Code.WRONG_VALUE,
              place.span(),
              new Text(field + ": " + error.getMessage(), "", "correct the value"));
    }
  }

  private void missingField(Error error, Located place, String field) {
    String name = property(error);
    problems.report(
        Code.MISSING_FIELD,
        place.span(),
        new Text(field + " lacks the field `" + name + "`", "", "add `" + name + "`"));
  }

  private void unknownField(Error error, Located place) {
    String name = property(error);
    Span span = place.span();
    if (place.node() instanceof MappingNode mapping) {
      Entry entry = mapping.entry(name);
      span = entry == null ? span : entry.key().span();
    }
    List<String> known = schema.fieldsBeside(error);
    String help =
        Words.nearest(name, known)
            .map(found -> "did you mean `" + found + "`?")
            .orElse(known.isEmpty() ? "remove it" : "known fields: " + String.join(", ", known));
    problems.report(
        Code.UNKNOWN_FIELD, span, new Text("unknown field `" + name + "`", PRUNED, help));
  }

  private void wrongType(Error error, Located place, String field) {
    boolean numberForText =
        place.node() instanceof ScalarNode scalar
            && scalar.resolve() != Node.ScalarType.TEXT
            && argumentContains(error, "string");
    problems.report(
        Code.WRONG_TYPE,
        place.span(),
        new Text(
            field + " is " + place.node().form() + ", not " + wanted(error),
            "the API server refuses a value of another type",
            numberForText ? "quote it: `\"" + shown(place.node()) + "\"`" : "correct the value"));
  }

  private void wrongValue(Error error, Located place, String field) {
    List<String> options = new ArrayList<>();
    JsonNode schemaNode = error.getSchemaNode();
    if (schemaNode != null && schemaNode.isArray()) {
      schemaNode.forEach(option -> options.add(option.asText()));
    }
    String value = shown(place.node());
    boolean version = place.path().equals("apiVersion");
    String help =
        Words.nearest(value, options)
            .map(found -> "did you mean `" + found + "`?")
            .orElse(
                options.isEmpty()
                    ? "correct the value"
                    : "use one of " + String.join(", ", options));
    problems.report(
        version ? Code.UNSUPPORTED_VERSION : Code.WRONG_VALUE,
        place.span(),
        new Text("`" + value + "` is not a value of " + field, "", help));
  }

  private static boolean argumentContains(Error error, String word) {
    for (Object argument : arguments(error)) {
      if (Objects.toString(argument, "").contains(word)) {
        return true;
      }
    }
    return false;
  }

  private static String wanted(Error error) {
    Object[] arguments = arguments(error);
    return arguments.length == 0
        ? "of the right type"
        : "of type " + Objects.toString(arguments[arguments.length - 1], "");
  }

  private static String bound(Error error) {
    return Objects.toString(error.getMessage(), "").replaceFirst("^\\$?[^:]*: ", "");
  }

  private static String argument(Error error) {
    Object[] arguments = arguments(error);
    return arguments.length == 0 ? "" : Objects.toString(arguments[0], "");
  }

  private static Object[] arguments(Error error) {
    Object[] arguments = error.getArguments();
    return arguments == null ? new Object[0] : arguments;
  }

  private static String property(Error error) {
    return Objects.toString(error.getProperty(), "");
  }

  private static String shown(Node node) {
    return node instanceof ScalarNode scalar ? Words.shortened(scalar.text()) : node.form();
  }

  private record Located(Node node, Span span, String path) {}

  private Located locate(NodePath location) {
    Node here = root;
    Span span =
        new Span(
            root.span().file(),
            root.span().line(),
            root.span().column(),
            root.span().line(),
            root.span().column());
    var path = new StringBuilder();
    for (int i = 0; i < location.getNameCount(); i++) {
      Object element = location.getElement(i);
      if (here instanceof MappingNode mapping) {
        Entry entry = mapping.entry(Objects.toString(element, ""));
        if (entry == null) {
          break;
        }
        path.append(path.isEmpty() ? "" : ".").append(entry.key().text());
        here = entry.value();
        // an empty or nested value is best found by its key
        span =
            here instanceof ScalarNode scalar && !scalar.text().isEmpty()
                ? here.span()
                : entry.key().span();
      } else if (here instanceof SequenceNode sequence
          && element instanceof Integer index
          && index < sequence.items().size()) {
        path.append('[').append(index).append(']');
        here = sequence.items().get(index);
        span = firstLine(here.span());
      } else {
        break;
      }
    }
    return new Located(here, span, path.toString());
  }

  private static Span firstLine(Span span) {
    return span.line() == span.endLine()
        ? span
        : new Span(span.file(), span.line(), span.column(), span.line(), span.column() + 1);
  }
}
