package dev.weir.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.model.WeirException;
import dev.weir.rules.unittest.UnitTestResult;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// Results of unit tests as the XML that JUnit made common: a suite for each file, and in it a case
/// for each test.
final class JUnitReport {
  private record Case(String name, List<String> failures, double seconds) {}

  /// The results of one file.
  static final class Suite {
    private final String name;
    private final List<Case> cases = new ArrayList<>();
    private final List<String> aborts = new ArrayList<>();

    private Suite(String name) {
      this.name = name;
    }

    void add(UnitTestResult result) {
      cases.add(new Case(result.test().title(), result.failures(), result.nanos() / 1e9));
    }

    /// Says why no test of the file was run.
    void abort(String problem) {
      aborts.add(problem);
    }

    private long failed() {
      return cases.stream().filter(one -> !one.failures().isEmpty()).count();
    }
  }

  private final List<Suite> suites = new ArrayList<>();

  Suite suite(String name) {
    Suite suite = new Suite(name);
    suites.add(suite);
    return suite;
  }

  /// @throws WeirException.BadData if the file cannot be written
  void write(Path file) {
    try (Writer out = Files.newBufferedWriter(file, UTF_8)) {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuites");
      for (Suite suite : suites) {
        write(suite, xml);
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (IOException | XMLStreamException e) {
      throw new WeirException.BadData(
          "%s cannot be written (%s); name a file in a directory that is there".formatted(file, e),
          e);
    }
  }

  private static void write(Suite suite, XMLStreamWriter xml) throws XMLStreamException {
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", suite.name);
    xml.writeAttribute("tests", Integer.toString(suite.cases.size()));
    xml.writeAttribute("failures", Long.toString(suite.failed()));
    xml.writeAttribute("errors", Integer.toString(suite.aborts.size()));
    for (Case one : suite.cases) {
      xml.writeStartElement("testcase");
      xml.writeAttribute("name", one.name());
      xml.writeAttribute("time", String.format(Locale.ROOT, "%.6f", one.seconds()));
      for (String failure : one.failures()) {
        writeText("failure", failure, xml);
      }
      xml.writeEndElement();
    }
    for (String abort : suite.aborts) {
      xml.writeStartElement("testcase");
      xml.writeAttribute("name", "read");
      writeText("error", abort, xml);
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private static void writeText(String element, String text, XMLStreamWriter xml)
      throws XMLStreamException {
    xml.writeStartElement(element);
    xml.writeAttribute("message", text.lines().findFirst().orElse(""));
    xml.writeCharacters(text);
    xml.writeEndElement();
  }
}
