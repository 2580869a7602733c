package org.staccato.load.plot;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** A plot, read by an XML parser. */
record SvgDocument(Document document) {

  static SvgDocument of(Plot plot) throws Exception {
    return new SvgDocument(
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(plot.svg().getBytes(StandardCharsets.UTF_8))));
  }

  String text() {
    return document.getDocumentElement().getTextContent();
  }

  /** Returns all elements of a name and a class, or of any class if the class is empty. */
  List<Element> elements(String name, String style) {
    NodeList nodes = document.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      Element element = (Element) nodes.item(i);
      if (style.isEmpty() || element.getAttribute("class").equals(style)) {
        elements.add(element);
      }
    }
    return elements;
  }
}
