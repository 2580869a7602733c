package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.staccato.VersionsUnderLoad.await;
import static org.staccato.VersionsUnderLoad.awaitRejection;
import static org.staccato.VersionsUnderLoad.awaitServed;
import static org.staccato.VersionsUnderLoad.publish;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.VersionsUnderLoad.Load;
import org.staccato.live.LoadMode;
import org.staccato.live.ModelVersion;
import org.staccato.testkit.ChildJvm;

/** A process that may map no more files, because the system counts its mappings. */
@DisabledIfSystemProperty(
    named = "staccato.test.backend",
    matches = "vector-.*|scalar",
    disabledReason = "no backend takes part in this, and JVMs take long to start")
class MapCountTest {
  private static final Path LIMIT = Path.of("/proc/sys/vm/max_map_count");
  private static final long LARGEST_LIMIT = 200_000;

  private static final int ATTEMPTS = 5;

  /** A heap that needs no further mapping, so that the JVM itself survives more often. */
  private static final List<String> FIXED_MEMORY =
      List.of("-Xms64m", "-Xmx64m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch");

  @TempDir Path folder;

  @Test
  void whatCannotBeMappedIsRejectedAndServedOnceItCan() throws Exception {
    assumeTrue(Files.exists(LIMIT), "the system does not count mappings");
    long limit = Long.parseLong(Files.readString(LIMIT).trim());
    assumeTrue(limit <= LARGEST_LIMIT, () -> "too many mappings are allowed to use up: " + limit);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Path own = Files.createDirectory(folder.resolve("attempt-" + attempt));
      Process child = ChildJvm.start(FIXED_MEMORY, Child.class, own);
      String output = ChildJvm.output(child);
      // The JVM ends itself if it needs a mapping for its own memory at that moment.
      if (!output.contains("insufficient memory for the Java Runtime Environment")) {
        assertEquals(0, child.exitValue(), output);
        assertTrue(output.contains("served.safetensors: IOException: Map failed"), output);
        assertTrue(output.contains("in the end serves the second version"), output);
        return;
      }
    }
    abort("the JVM itself did not survive without mappings, " + ATTEMPTS + " times");
  }

  /** Uses up the mappings of its process while it follows a file. */
  static final class Child {
    private static final long PAGE = 4096;

    private Child() {}

    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[0]);
      VersionsUnderLoad versions = new VersionsUnderLoad(folder);
      Path first = versions.version(1);
      Path second = versions.version(2);
      Path served = folder.resolve("served.safetensors");
      publish(first, served);
      try (LiveModel live = LiveModel.open(served, VersionsUnderLoad.options(LoadMode.MAP));
          Load load = versions.load(live)) {
        // Publish once in advance, so that later no class needs to be loaded and no code compiled.
        publish(Files.write(folder.resolve("not a model"), new byte[100]), served);
        awaitRejections(live, 1);
        assertThrows(IOException.class, () -> live.publish(folder.resolve("nothing")));
        publish(second, served);
        awaitServed(live, second);
        publish(first, served);
        awaitServed(live, first);
        load.awaitAnswers();
        int count;
        ModelVersion meanwhile;
        try (Arena pages = Arena.ofConfined()) {
          count = mapAllThatMayBe(folder.resolve("pages"), pages);
          publish(second, served);
          awaitRejections(live, 3);
          load.awaitAnswers();
          meanwhile = live.version();
        }
        System.out.println("beside " + count + " mappings: " + awaitRejection(live).reason());
        assertEquals(VersionsUnderLoad.digest(first), meanwhile.digest());
        awaitServed(live, second);
        load.awaitAnswers();
        System.out.println("in the end serves the second version");
      }
    }

    private static void awaitRejections(LiveModel live, long count) {
      await("a file is rejected", () -> live.gauges().rejected() >= count);
    }

    /** Maps pages of a file until no more may be mapped, and returns their number. */
    private static int mapAllThatMayBe(Path file, Arena arena) throws IOException {
      Files.write(file, new byte[(int) (3 * PAGE)]);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        for (int count = 0; ; count++) {
          try {
            // The kernel merges adjacent mappings that are adjacent in the file as well.
            channel.map(MapMode.READ_ONLY, 2 * PAGE * (count % 2), PAGE, arena);
          } catch (IOException e) {
            assertEquals("Map failed", e.getMessage());
            return count;
          }
        }
      }
    }
  }
}
