package org.staccato.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a tree of its own, whose folder has a space in its name, with a JDK and a Maven
 * that only record their calls.
 */
class LauncherTest {
  private static final Path LAUNCHER =
      Path.of(System.getProperty("basedir", "."), "..", "..", "staccato");

  @TempDir private Path folder;
  private Path tree = Path.of("");

  @BeforeEach
  void plant() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash");
    tree = Files.createDirectories(folder.resolve("a tree"));
    Files.createDirectories(tree.resolve("src/cli/target/lib"));
    Files.createDirectories(tree.resolve("perf"));
    Files.writeString(tree.resolve("pom.xml"), "<project/>");
    Files.copy(LAUNCHER, tree.resolve("staccato"));
    script(tree.resolve("mvnw"), "printf '%s\\n' \"$MAVEN_USER_HOME\" \"$@\" > maven-was-called");
    Path jdk = Files.createDirectories(folder.resolve("jdk"));
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.3\"\n");
    script(jdk.resolve("bin/javac"), "exit 1");
    script(jdk.resolve("bin/java"), "printf '%s\\n' \"$@\"");
  }

  private static void script(Path file, String line) throws IOException {
    Files.writeString(file, "#!/bin/bash\n" + line + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  private CommandLineRun launch(String line) throws IOException, InterruptedException {
    return launch(line, Map.of("HOME", folder.toString()));
  }

  /** Runs a line of the shell in the tree, with only the given variables in the environment. */
  private CommandLineRun launch(String line, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder process = new ProcessBuilder("/bin/bash", "-c", line).directory(tree.toFile());
    process.environment().clear();
    process.environment().put("PATH", System.getenv("PATH"));
    process.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    process.environment().putAll(environment);
    return ChildCommandLine.run(process);
  }

  private List<String> mavenCall() throws IOException {
    Path call = tree.resolve("maven-was-called");
    return Files.exists(call) ? Files.readAllLines(call) : List.of();
  }

  @Test
  void itsVerbsAreThoseOfTheCommandLine() throws IOException {
    Matcher verbs =
        Pattern.compile("^verbs=\"(.*)\"$", Pattern.MULTILINE).matcher(Files.readString(LAUNCHER));
    assertTrue(verbs.find());
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, UTF_8);
    Console console = new Console(nowhere, nowhere, 0);
    try (Interruption interruption = new Interruption(console)) {
      assertEquals(
          List.copyOf(Main.commands(console, interruption).getSubcommands().keySet()),
          List.of(verbs.group(1).split(" ", -1)));
    }
  }

  @Test
  void aWrongVerbIsToldBeforeTheBuild() throws IOException, InterruptedException {
    launch("./staccato trian clicks.csv").failed(ExitCode.USAGE, "'trian'", "train, add-sessions");
    launch("./staccato").failed(ExitCode.USAGE, "no verb", "demo, train");
    launch("./staccato --bogus").failed(ExitCode.USAGE, "--bogus");
    assertEquals(List.of(), mavenCall());
  }

  @Test
  void theFirstUseBuildsAndTheSecondDoesNot() throws IOException, InterruptedException {
    CommandLineRun first = launch("./staccato verify 'a b' ''").done();
    List<String> words = first.out().lines().toList();
    assertEquals(
        List.of("org.staccato.cli.Main", "verify", "a b", ""),
        words.reversed().subList(0, 4).reversed());
    assertTrue(words.contains("jdk.incubator.vector"), first::toString);
    assertTrue(first.err().contains("building") && first.err().contains("Vector API"));
    assertTrue(mavenCall().contains("package"));
    Files.delete(tree.resolve("maven-was-called"));
    assertEquals("", launch("./staccato verify m").done().err());
    assertEquals(List.of(), mavenCall());
    // Once it is built, the command line itself suggests the verb.
    launch("./staccato trian").done();
  }

  @Test
  void helpAndVersionGoWithoutTheModuleThatTheJvmWarnsOf()
      throws IOException, InterruptedException {
    for (String line : List.of("--version", "help train", "train --help", "version", "-h")) {
      CommandLineRun run = launch("./staccato " + line).done();
      assertFalse(run.out().contains("jdk.incubator.vector"), run::toString);
    }
  }

  @Test
  void aClosedStandardOutputIsNoSuccess() throws IOException, InterruptedException {
    launch("./staccato verify m >&-").failed(ExitCode.FAILED, "standard output", "closed");
    launch("./staccato verify m 2>&- <&-").done();
  }

  @Test
  void withoutHomeItBuilds() throws IOException, InterruptedException {
    launch("./staccato verify m", Map.of()).done();
    assertFalse(mavenCall().isEmpty());
  }

  @Test
  void aHomeThatCannotBeWrittenIsNamedAndAnotherFolderTaken()
      throws IOException, InterruptedException {
    Path home = Files.writeString(folder.resolve("home"), "a file, so nothing can lie in it");
    CommandLineRun run = launch("./staccato verify m", Map.of("HOME", home.toString())).done();
    assertTrue(run.err().contains(home + "/.m2 cannot be written"), run::toString);
    String instead = tree.toRealPath().resolve("target/maven").toString();
    assertEquals(instead, Objects.requireNonNull(mavenCall().getFirst()));
    assertTrue(mavenCall().contains("-Dmaven.repo.local=" + instead + "/repository"));
  }

  @Test
  void aFailedBuildIsSaidAndTriedAgain() throws IOException, InterruptedException {
    script(tree.resolve("mvnw"), "exit 7");
    launch("./staccato verify m").failed(ExitCode.FAILED, "the build failed");
    launch("./staccato verify m").failed(ExitCode.FAILED, "the build failed");
  }
}
