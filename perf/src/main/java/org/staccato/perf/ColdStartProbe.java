package org.staccato.perf;

import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.live.OpenOptions;

/**
 * Opens a model in the JVM that {@link ColdStart} starts, answers 5,000 events a second, and prints
 * the times of its progress, in milliseconds from the request for the JVM.
 *
 * <p>An answer is a step and the ten best items. The steady p99 is that of the last two seconds;
 * the model counts as fast from the end of the last slow window, which is a window of 500 answers
 * whose p99 is above twice the steady p99. To find the cause of the slow window, the probe also
 * prints the time for which the thread, which never waits, was not on its core, and the working
 * time of the compiler threads.
 */
final class ColdStartProbe {
  private static final int WINDOW = 500;
  private static final int WINDOWS = 100;
  private static final int STEADY_WINDOWS = 20;
  private static final long PERIOD_NANOS = 200_000;
  private static final double FAST = 2;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

  private ColdStartProbe() {}

  /**
   * Runs the probe.
   *
   * @param arguments the weight file; {@code warm} or {@code cold}; the time of the request for the
   *     JVM, in milliseconds since 1970
   * @throws IOException if the file cannot be opened
   */
  public static void main(String[] arguments) throws IOException {
    long asked = Long.parseLong(arguments[2]);
    Path file = Path.of(arguments[0]);
    try (LiveModel live =
        arguments[1].equals("cold")
            ? LiveModel.open(file, OpenOptions.MAP.withCold(true))
            : LiveModel.open(file)) {
      double opened = System.currentTimeMillis() - asked;
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      Ranked ranked = new Ranked(10);
      int items = live.itemKeys().size();
      long firstNanos = answer(scorer, user, ranked, 0);
      double first = System.currentTimeMillis() - asked;
      double[] ends = new double[WINDOWS];
      double[] tails = new double[WINDOWS];
      double[] offCore = new double[WINDOWS];
      double[] compiling = new double[WINDOWS];
      Histogram window = new Histogram(3);
      Histogram steady = new Histogram(3);
      long next = System.nanoTime();
      int event = 1;
      for (int i = 0; i < WINDOWS; i++) {
        window.reset();
        long wall = System.nanoTime();
        long cpu = THREADS.getCurrentThreadCpuTime();
        long compiled = COMPILER.getTotalCompilationTime();
        for (int call = 0; call < WINDOW; call++) {
          next += PERIOD_NANOS;
          while (System.nanoTime() < next) {
            Thread.onSpinWait();
          }
          window.recordValue(answer(scorer, user, ranked, event++ * 7919 % items));
        }
        ends[i] = System.currentTimeMillis() - asked;
        tails[i] = window.getValueAtPercentile(99) / 1e3;
        long onCore = THREADS.getCurrentThreadCpuTime() - cpu;
        offCore[i] = (System.nanoTime() - wall - onCore) / 1e6;
        compiling[i] = COMPILER.getTotalCompilationTime() - compiled;
        if (i >= WINDOWS - STEADY_WINDOWS) {
          steady.add(window);
        }
      }
      double limit = FAST * steady.getValueAtPercentile(99) / 1e3;
      int slow = -1;
      for (int i = 0; i < WINDOWS - STEADY_WINDOWS; i++) {
        slow = tails[i] > limit ? i : slow;
      }
      System.out.printf(
          Locale.ROOT,
          "%.0f %.0f %.1f %.0f %.2f %.2f %.1f %.1f %.0f%n",
          opened,
          first,
          firstNanos / 1e3,
          slow < 0 ? first : ends[slow],
          steady.getValueAtPercentile(50) / 1e3,
          steady.getValueAtPercentile(99) / 1e3,
          tails[0],
          slow < 0 ? 0 : offCore[slow],
          slow < 0 ? 0 : compiling[slow]);
    }
  }

  private static long answer(Scorer scorer, UserState user, Ranked ranked, int item) {
    long start = System.nanoTime();
    scorer.step(user, item);
    scorer.topK(user, 10, ranked);
    return System.nanoTime() - start;
  }
}
