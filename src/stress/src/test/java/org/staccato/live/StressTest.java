package org.staccato.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the stress tests for a short time each, in the JVMs that jcstress starts. */
class StressTest {
  private static final String BUDGET = System.getProperty("staccato.stress.budget", "40s");

  @TempDir Path folder;

  @Test
  void noForbiddenOutcomeIsSeen() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main",
                "-tb",
                BUDGET,
                "-r",
                folder.resolve("results").toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    for (Class<?> test :
        new Class<?>[] {HeldVersion.class, TwoReaders.class, LaterCall.class, Closed.class}) {
      assertTrue(output.contains(test.getSimpleName()), output);
    }
    assertTrue(!output.contains("FAILED"), output);
  }
}
