package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.live.LoadMode;
import org.staccato.testkit.RandomSeed;

/**
 * Opens files that were tampered with. More of them with {@code -Dstaccato.hostile.inputs=1000000};
 * a failure names the seed and the number of its file, which {@code -Dstaccato.seed} and {@code
 * -Dstaccato.hostile.first} repeat.
 */
@DisabledIfSystemProperty(
    named = "staccato.test.backend",
    matches = "vector-.*|scalar",
    disabledReason = "once is enough")
class HostileFilesTest {
  private static final int INPUTS = 15_000;

  @TempDir Path folder;

  @Test
  void aFileIsRejectedWithAReasonOrItsScoresAreFinite() throws IOException {
    long seed = RandomSeed.fresh();
    long first = Long.getLong("staccato.hostile.first", 0);
    long inputs = Long.getLong("staccato.hostile.inputs", INPUTS);
    HostileFiles files = new HostileFiles(folder, seed);
    HostileFileJudge judge = new HostileFileJudge(folder.resolve("hostile.safetensors"), true);
    Map<Reason, Long> rejected = new EnumMap<>(Reason.class);
    long accepted = 0;
    long start = System.nanoTime();
    for (long number = first; number < first + inputs; number++) {
      Optional<Reason> verdict = judge(judge, files, seed, number);
      verdict.ifPresent(reason -> rejected.merge(reason, 1L, Long::sum));
      accepted += verdict.isEmpty() ? 1 : 0;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.print(table(seed, inputs, accepted, rejected, seconds));
    if (inputs >= INPUTS) {
      requireSight(inputs, accepted, rejected.keySet());
    }
  }

  private static Optional<Reason> judge(
      HostileFileJudge judge, HostileFiles files, long seed, long number) {
    try {
      LoadMode mode = number % 2 == 0 ? LoadMode.MAP : LoadMode.COPY;
      return judge.judge(files.file(number), mode);
    } catch (IOException | RuntimeException | Error e) {
      return fail("seed " + seed + ", file " + number, e);
    }
  }

  /** A mutator that is blind to a part of the format would let this test pass for nothing. */
  private static void requireSight(long inputs, long accepted, Set<Reason> reasons) {
    assertTrue(accepted > inputs / 20, () -> "accepted: " + accepted);
    Set<Reason> unseen = EnumSet.allOf(Reason.class);
    unseen.removeAll(reasons);
    assertEquals(Set.of(Reason.NOT_A_FILE), unseen);
  }

  private static String table(
      long seed, long inputs, long accepted, Map<Reason, Long> rejected, double seconds) {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            "%,d files of the seed %d, %,.0f a second%n%n| verdict | files |%n|---|---|%n",
            inputs,
            seed,
            inputs / seconds));
    table.append(String.format(Locale.ROOT, "| accepted | %,d |%n", accepted));
    rejected.forEach(
        (reason, count) ->
            table.append(String.format(Locale.ROOT, "| `%s` | %,d |%n", reason, count)));
    return table.toString();
  }
}
