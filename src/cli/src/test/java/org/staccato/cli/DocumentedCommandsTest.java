package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.staccato.testkit.pages.CodeBlock;
import org.staccato.testkit.pages.Page;

/**
 * The commands that the pages show have verbs, options, profiles, modules and classes that exist.
 */
class DocumentedCommandsTest {

  private static List<String> problems(String... lines) throws IOException {
    String text = "# A\n```sh\n" + String.join("\n", lines) + "\n```\n";
    return DocumentedCommands.problems(Page.of(Path.of("page.md"), text).blocks("sh"), Page.root());
  }

  @Test
  void theCommandsOfThePagesExist() throws IOException {
    List<CodeBlock> blocks =
        Page.all().stream().flatMap(page -> page.blocks("sh").stream()).toList();
    assertTrue(blocks.size() >= 8, blocks.size() + " blocks");
    List<String> problems = DocumentedCommands.problems(blocks, Page.root());
    assertEquals(List.of(), problems, () -> "\n" + String.join("\n", problems) + "\n");
  }

  @Test
  void wordsAreThoseOfAShell() {
    List<ShellLines.Command> commands =
        ShellLines.commands(
            """
            a 'b c' "d # e"f  # a comment
            # another

            g \\
              h\\ i ''
            j\
            """);
    assertEquals(
        List.of(
            new ShellLines.Command(1, List.of("a", "b c", "d # ef")),
            new ShellLines.Command(4, List.of("g", "h i", "")),
            new ShellLines.Command(6, List.of("j"))),
        commands);
    assertThrows(IllegalArgumentException.class, () -> ShellLines.commands("a 'b"));
  }

  @Test
  void whatIsRightPasses() throws IOException {
    assertEquals(
        List.of(),
        problems(
            "./staccato train log.csv --columns user=a,item=b -o m  # writes m",
            "X=1 Y='2 3' taskset -c 0 ./staccato latency m \\",
            "  --scenario soak --seconds 2",
            "./mvnw -Prelease -Dmaven.test.skip -pl src/core,src/cli -am clean install",
            "./mvnw -pl src/core surefire:test@fuzz -Dtest=HostileFilesTest",
            "java -cp x org.staccato.cli.Main demo",
            "mvn package dependency:copy-dependencies",
            "java -cp x RecommendationService m s 8080",
            "curl 'http://localhost:8080/ready?a=1&b=2'"));
  }

  @Test
  void eachMistakeIsNamedWithItsLine() throws IOException {
    List<String> problems =
        problems(
            "./staccato trian log.csv",
            "./staccato train log.csv --epochs many",
            "",
            "./staccato evaluate m log.csv --exclude-sen",
            "./mvnw -Pnone verify",
            "./mvnw -pl src/none verify",
            "./mvnw verfy",
            "./mvnw -DskipTests",
            "./mvnw surefire:test@none",
            "./mvnw -Dtest=NoSuchTest test",
            "java -cp x org.staccato.cli.Men demo",
            "java -jar other.jar",
            "staccato demo",
            "X=1",
            "java -cp x NoSuchService",
            "curl localhost:8080/ready");
    List<String> expected =
        List.of(
            "page.md:3: found the verb 'trian'",
            "page.md:4: Invalid value for option '--epochs'",
            "page.md:6: unknown option '--exclude-sen'",
            "page.md:7: found the profile 'none'",
            "page.md:8: found the module 'src/none'",
            "page.md:9: found the word 'verfy'",
            "page.md:10: found no phase",
            "page.md:11: found the execution 'none'",
            "page.md:12: found the test 'NoSuchTest'",
            "page.md:13: found the class 'org.staccato.cli.Men'",
            "page.md:14: found a jar",
            "page.md:15: found the program 'staccato'",
            "page.md:16: found no program",
            "page.md:17: found the class 'NoSuchService'",
            "page.md:18: found an address without http");
    assertEquals(expected.size(), problems.size(), problems::toString);
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(problems.get(i).startsWith(expected.get(i)), problems.get(i));
    }
  }
}
