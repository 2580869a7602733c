package org.staccato.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.testkit.pages.CodeBlock;
import org.staccato.testkit.pages.Page;

/** What {@link PagesTest} finds on pages that are wrong, and passes on those that are right. */
class PagesThatFailTest {
  @TempDir Path folder;

  private static Page page(String... lines) {
    return Page.of(Path.of("docs/page.md"), String.join("\n", lines));
  }

  private List<String> problems(String... lines) throws IOException {
    return new JavaBlocks(folder).problems(page(lines).blocks("java"));
  }

  @Test
  void blocksHaveALineALanguageAndAContext() {
    List<CodeBlock> blocks =
        page("# A", "", "<!-- java: int a, int b -->", "```java", "a + b", "```", "", "```sh", "ls")
            .blocks();
    assertEquals(2, blocks.size());
    assertEquals(
        new CodeBlock(Path.of("docs/page.md"), 4, "java", "int a, int b", "a + b\n"),
        blocks.getFirst());
    assertEquals("docs/page.md:8", blocks.get(1).position());
    assertEquals("", blocks.get(1).context());
  }

  @Test
  void aBlockInNoLanguageIsNamed() {
    List<String> problems =
        PagesTest.unknownLanguages(
            List.of(
                page("```", "a", "```", "```jav", "b", "```", "```java", "c", "```", "", "    d")));
    assertEquals(3, problems.size(), problems::toString);
    assertTrue(problems.get(0).startsWith("docs/page.md:1: found a block in no language"));
    assertTrue(problems.get(1).startsWith("docs/page.md:4: found a block in 'jav'"));
    assertTrue(problems.get(2).startsWith("docs/page.md:10: found a block in no language"));
  }

  @Test
  void aContextWithoutABlockIsRefused() {
    for (String after : List.of("", "text", "```xml\n<a/>\n```")) {
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class, () -> page("one", "<!-- java: int a -->", after));
      assertTrue(refused.getMessage().startsWith("docs/page.md:2: "), refused.getMessage());
    }
    assertEquals(0, page("<!-- Any other comment. -->", "text").blocks().size());
  }

  @Test
  void statementsMembersAndFilesCompile() throws IOException {
    assertEquals(
        List.of(),
        problems(
            "<!-- java: List<String> names -->",
            "```java",
            "for (String name : names) {",
            "  System.out.println(name);",
            "}",
            "```",
            "<!-- java: LiveModel live -->",
            "```java",
            "private final Scorer scorer = live.newScorer();",
            "",
            "void close() {",
            "  scorer.close();",
            "}",
            "```",
            "```java",
            "import java.util.concurrent.atomic.AtomicLong;",
            "",
            "public final class Counter {",
            "  final AtomicLong count = new AtomicLong();",
            "}",
            "```",
            "```java",
            "record Pair(int a, int b) {}",
            "```"));
  }

  @Test
  void anErrorIsNamedWithItsLine() throws IOException {
    List<String> undeclared = problems("```java", "int a = 1;", "int b = a + c;", "```");
    assertEquals(1, undeclared.size(), undeclared::toString);
    assertTrue(undeclared.getFirst().startsWith("docs/page.md:3: cannot find symbol"));
    List<String> renamed =
        problems("", "<!-- java: Scorer scorer -->", "```java", "", "scorer.stop();", "```");
    assertTrue(renamed.getFirst().startsWith("docs/page.md:5: cannot find symbol"));
    List<String> unfinished = problems("```java", "int a = 1;", "int b = …;", "```");
    assertTrue(unfinished.getFirst().startsWith("docs/page.md:3: illegal character"));
    List<String> typed = problems("```java", "import java.util.Map;", "", "int a = \"\";", "```");
    assertTrue(typed.getFirst().startsWith("docs/page.md:4: incompatible types"));
  }

  @Test
  void aWarningIsAProblem() throws IOException {
    List<String> raw = problems("```java", "List names = new ArrayList<String>();", "```");
    assertTrue(raw.getFirst().startsWith("docs/page.md:2: found raw type"), raw::toString);
  }

  @Test
  void eachWrongBlockIsNamed() throws IOException {
    List<String> both =
        problems(
            "```java", "a();", "```", "```java", "int c = 1;", "```", "```java", "b();", "```");
    assertEquals(2, both.size(), both::toString);
    assertTrue(both.get(0).startsWith("docs/page.md:2: "), both::toString);
    assertTrue(both.get(1).startsWith("docs/page.md:8: "), both::toString);
  }

  @Test
  void aFileCanBeLoaded() throws ReflectiveOperationException, IOException {
    Page page = page("```java", "public final class Answer {}", "```");
    JavaBlocks blocks = new JavaBlocks(folder);
    assertEquals(List.of(), blocks.problems(page.blocks("java")));
    assertEquals("Answer", blocks.load(page.blocks().getFirst(), "Answer").getSimpleName());
  }

  @Test
  void malformedXmlIsNamed() {
    List<CodeBlock> blocks =
        page("```xml", "<a><b/></a>", "```", "```xml", "<a><b></a>", "```").blocks("xml");
    List<String> problems = PagesTest.malformed(blocks);
    assertEquals(1, problems.size());
    assertTrue(problems.getFirst().startsWith("docs/page.md:4: "), problems::toString);
  }

  @Test
  void aLinkThatLeadsNowhereIsNamed() throws IOException {
    Files.createDirectories(folder.resolve("docs"));
    Files.writeString(folder.resolve("docs/page.md"), "");
    Page page =
        page(
            "# The `page`: a heading, once",
            "# The page: a heading, once",
            "[right](page.md#the-page-a-heading-once-1) [up](../docs/page.md)",
            "[out](https://example.org/none#at-all) ![picture](none.svg)",
            "",
            "| a |",
            "|---|",
            "| [wrong](page.md#the-page) [here](#nowhere) |");
    List<String> problems = PagesTest.dangling(List.of(page), folder);
    assertEquals(
        List.of(
            "docs/page.md:4: found a link to docs/none.svg, which does not exist",
            "docs/page.md:8: found a link to #the-page, no heading of docs/page.md",
            "docs/page.md:8: found a link to #nowhere, no heading of docs/page.md"),
        problems);
  }
}
