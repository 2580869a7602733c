package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.staccato.testkit.pages.Page;
import picocli.CommandLine;

/** The page of the command line says what the command line says of itself. */
class CommandLineReferenceTest {
  private static final Path PAGE = Page.root().resolve("docs/command-line.md");

  private static final String UPDATE =
      "./mvnw -pl src/cli -am test -Dtest=CommandLineReferenceTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dstaccato.update=true";

  @Test
  void thePageIsUpToDate() throws IOException {
    String made = CommandLineReference.page();
    if (Boolean.getBoolean("staccato.update")) {
      Files.writeString(PAGE, made);
    }
    assertEquals(
        made,
        Files.readString(PAGE),
        () -> PAGE + " is not what the help texts say; this command makes it anew: " + UPDATE);
  }

  @Test
  void eachVerbAndEachOptionIsThere() {
    String made = CommandLineReference.page();
    CommandLine commands = SilentCommands.all();
    commands
        .getSubcommands()
        .forEach(
            (name, verb) -> {
              assertTrue(made.contains("\n## " + name + "\n"), name);
              verb.getCommandSpec()
                  .options()
                  .forEach(
                      option -> {
                        String bare = option.longestName().replaceFirst("^--(no-)?", "");
                        assertTrue(made.contains(bare), () -> name + " " + bare);
                      });
            });
    assertTrue(!made.contains("${") && !made.contains("%n"), made);
  }
}
