package dev.sluice.cli.format;

import dev.sluice.cli.format.TestCase.Outcome;
import dev.sluice.cli.terminal.Escapes;
import java.io.StringWriter;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// A test report as JUnit writes it, which most CI systems collect.
///
/// There is no formal standard; this is the part that Jenkins, GitLab and GitHub's actions agree
/// on. Characters that XML cannot hold are written out.
public final class JUnitXml {
  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter xml;

  private JUnitXml() throws XMLStreamException {
    xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
  }

  /// One suite with the cases in the order given.
  public static String of(String suite, List<TestCase> cases) {
    try {
      JUnitXml report = new JUnitXml();
      report.write(suite, cases);
      return report.text + "\n";
    } catch (XMLStreamException impossible) {
      throw new IllegalStateException("text in memory cannot be written", impossible);
    }
  }

  private void write(String suite, List<TestCase> cases) throws XMLStreamException {
    long failed = cases.stream().filter(c -> c.outcome() instanceof Outcome.Failed).count();
    long broken = cases.stream().filter(c -> c.outcome() instanceof Outcome.Broken).count();
    xml.writeStartDocument("UTF-8", "1.0");
    start(0, "testsuites");
    counts(suite, cases.size(), failed, broken);
    start(1, "testsuite");
    counts(suite, cases.size(), failed, broken);
    for (TestCase one : cases) {
      write(one);
    }
    end(1);
    end(0);
    xml.writeEndDocument();
    xml.flush();
  }

  private void counts(String name, int tests, long failed, long broken) throws XMLStreamException {
    attribute("name", name);
    attribute("tests", Integer.toString(tests));
    attribute("failures", Long.toString(failed));
    attribute("errors", Long.toString(broken));
    attribute("skipped", "0");
  }

  private void write(TestCase one) throws XMLStreamException {
    start(2, "testcase");
    attribute("name", one.name());
    attribute("classname", one.group());
    switch (one.outcome()) {
      case Outcome.Passed() -> {}
      case Outcome.Failed(var kind, var message, var lines) -> {
        start(3, "failure");
        attribute("type", kind);
        attribute("message", message);
        lines(lines);
        xml.writeEndElement();
      }
      case Outcome.Broken(var message) -> {
        start(3, "error");
        attribute("message", message);
        xml.writeEndElement();
      }
    }
    if (!one.remarks().isEmpty()) {
      start(3, "system-out");
      lines(one.remarks());
      xml.writeEndElement();
    }
    end(2);
  }

  private void start(int depth, String element) throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
    xml.writeStartElement(element);
  }

  private void end(int depth) throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
    xml.writeEndElement();
  }

  private void attribute(String name, String value) throws XMLStreamException {
    xml.writeAttribute(name, Escapes.visible(value));
  }

  private void lines(List<String> lines) throws XMLStreamException {
    xml.writeCharacters(String.join("\n", lines.stream().map(Escapes::visible).toList()));
  }
}
