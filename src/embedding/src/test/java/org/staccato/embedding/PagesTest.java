package org.staccato.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.testkit.pages.CodeBlock;
import org.staccato.testkit.pages.Link;
import org.staccato.testkit.pages.Page;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * The pages of this repository hold what they show: blocks of Java compile, blocks of XML are well
 * formed, links lead somewhere. The command line's own tests read the blocks of commands.
 */
class PagesTest {
  /** What a block may be; text is output, a drawing or the form of a file. */
  private static final Set<String> LANGUAGES = Set.of("java", "xml", "sh", "text");

  @TempDir Path output;

  @Test
  void everyBlockIsInAKnownLanguage() throws IOException {
    requireNone(unknownLanguages(Page.all()));
  }

  @Test
  void javaCompilesWithoutWarnings() throws IOException {
    List<CodeBlock> blocks = blocks("java");
    assertTrue(blocks.size() >= 5, blocks.size() + " blocks");
    requireNone(new JavaBlocks(output).problems(blocks));
  }

  @Test
  void xmlIsWellFormed() throws IOException {
    List<CodeBlock> blocks = blocks("xml");
    assertTrue(!blocks.isEmpty(), "no blocks of XML");
    requireNone(malformed(blocks));
  }

  @Test
  void linksLeadToFilesAndHeadings() throws IOException {
    List<Page> pages = Page.all();
    assertTrue(pages.stream().mapToInt(page -> page.links().size()).sum() >= 50, "few links");
    requireNone(dangling(pages, Page.root()));
  }

  private static List<CodeBlock> blocks(String language) throws IOException {
    return Page.all().stream().flatMap(page -> page.blocks(language).stream()).toList();
  }

  private static void requireNone(List<String> problems) {
    assertEquals(List.of(), problems, () -> "\n" + String.join("\n", problems) + "\n");
  }

  /** {@return a sentence for each block that is in no language, or in one that nothing checks} */
  static List<String> unknownLanguages(List<Page> pages) {
    List<String> problems = new ArrayList<>();
    for (Page page : pages) {
      for (CodeBlock block : page.blocks()) {
        if (!LANGUAGES.contains(block.language())) {
          problems.add(
              block.position()
                  + ": found a block in "
                  + (block.language().isEmpty() ? "no language" : "'" + block.language() + "'")
                  + ", expected a fence with one of "
                  + LANGUAGES.stream().sorted().toList());
        }
      }
    }
    return problems;
  }

  /** {@return a sentence for each block that is no element of XML, or several without a root} */
  static List<String> malformed(List<CodeBlock> blocks) {
    List<String> problems = new ArrayList<>();
    for (CodeBlock block : blocks) {
      try {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        builder.setErrorHandler(new DefaultHandler());
        builder.parse(new InputSource(new StringReader(block.text())));
      } catch (SAXException e) {
        problems.add(block.position() + ": " + e.getMessage());
      } catch (IOException | ParserConfigurationException e) {
        throw new AssertionError(e);
      }
    }
    return problems;
  }

  /** {@return a sentence for each link within the repository that leads nowhere} */
  static List<String> dangling(List<Page> pages, Path root) {
    List<String> problems = new ArrayList<>();
    for (Page page : pages) {
      for (Link link : page.links()) {
        if (link.target().matches("\\p{Alpha}[\\w+.-]*:.*")) {
          continue;
        }
        String[] parts = link.target().split("#", 2);
        Path file =
            parts[0].isEmpty() ? page.file() : page.file().resolveSibling(parts[0]).normalize();
        if (!Files.exists(root.resolve(file))) {
          problems.add(link.position() + ": found a link to " + file + ", which does not exist");
        } else if (parts.length == 2 && !anchors(pages, file).contains(parts[1])) {
          problems.add(
              link.position() + ": found a link to #" + parts[1] + ", no heading of " + file);
        }
      }
    }
    return problems;
  }

  private static Set<String> anchors(List<Page> pages, Path file) {
    return pages.stream()
        .filter(page -> page.file().equals(file))
        .findFirst()
        .map(Page::anchors)
        .orElse(Set.of());
  }
}
