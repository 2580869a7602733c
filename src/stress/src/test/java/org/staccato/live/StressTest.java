package org.staccato.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.swap.Closed;
import org.staccato.swap.HandedOver;
import org.staccato.swap.HeldVersion;
import org.staccato.swap.LaterCall;
import org.staccato.swap.LentOnce;
import org.staccato.swap.TwoLeases;

/** Runs the stress tests for a short time each, in the JVMs that jcstress starts. */
class StressTest {
  /** One short fork of each test and JVM; {@code -m default} takes far longer. */
  private static final String OPTIONS =
      System.getProperty("staccato.stress.options", "-f 1 -fsm 1 -iters 2 -time 200 -sc false");

  private static final List<Class<?>> TESTS =
      List.of(
          HeldVersion.class,
          TwoLeases.class,
          LaterCall.class,
          Closed.class,
          HandedOver.class,
          LentOnce.class);

  /** The output of jcstress after all planned tests have run. */
  private static final Pattern RESULTS =
      Pattern.compile(
          "\\(Results: (\\d+) planned; \\1 passed, 0 failed, 0 soft errs, 0 hard errs\\)");

  @TempDir Path folder;

  @Test
  void noForbiddenOutcomeIsSeen() throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main",
                "-t",
                "org.staccato.*",
                "-r",
                folder.resolve("results").toString()));
    command.addAll(List.of(OPTIONS.split(" ", -1)));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    Matcher results = RESULTS.matcher(output);
    assertTrue(results.find(), output);
    int planned = Integer.parseInt(results.group(1));
    assertTrue(planned >= TESTS.size(), planned + " runs of " + TESTS);
    if (System.getProperty("staccato.stress.options") != null) {
      System.out.println(output);
    }
  }
}
