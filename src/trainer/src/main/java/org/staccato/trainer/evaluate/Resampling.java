package org.staccato.trainer.evaluate;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Says how far metrics could be otherwise with other users: bootstrap intervals and paired tests.
 *
 * <p>The unit is the sequence, not the case, because cases of one user or session are not
 * independent of each other: a resample draws as many sequences as have cases, with replacement,
 * and takes the mean gain over all cases of the sequences drawn. Intervals are percentile intervals
 * (B. Efron and R. Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13). The paired
 * test is Fisher's randomisation test, as M. Smucker, J. Allan and B. Carterette recommend ("A
 * Comparison of Statistical Significance Tests for Information Retrieval Evaluation", 2007): each
 * round exchanges the two models' gains of each sequence with probability ½.
 *
 * <p>The same seed gives the same numbers. Immutable and safe to share between threads.
 */
public final class Resampling {
  private final int resamples;
  private final double confidence;
  private final long seed;

  /**
   * Sets the options.
   *
   * @param resamples the number of resamples of an interval and of rounds of a test, at least 100
   * @param confidence the share of resamples inside an interval, above 0 and below 1
   * @param seed the seed
   * @throws IllegalArgumentException if a number is out of range
   */
  public Resampling(int resamples, double confidence, long seed) {
    if (resamples < 100) {
      throw new IllegalArgumentException("resamples: found " + resamples + ", expected >= 100");
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence: found " + confidence + ", expected above 0 and below 1");
    }
    this.resamples = resamples;
    this.confidence = confidence;
    this.seed = seed;
  }

  /** {@return 2,000 resamples and intervals of 95 %} */
  public static Resampling usual() {
    return new Resampling(2000, 0.95, 1);
  }

  /** {@return the number of resamples of an interval and of rounds of a test} */
  public int resamples() {
    return resamples;
  }

  /** {@return the share of resamples inside an interval} */
  public double confidence() {
    return confidence;
  }

  /**
   * {@return the confidence interval of a metric; both ends are 0 without cases}
   *
   * @param ranks the ranks of the targets, measured at the metric's cutoff or a larger one
   * @param metric the metric
   */
  public Interval interval(CaseRanks ranks, Metric metric) {
    return interval(Units.of(gains(ranks, metric), ranks));
  }

  /**
   * {@return how the second of two models differs from the first}
   *
   * @param first the ranks of the first model
   * @param second the ranks of the second model, on the same cases
   * @param metric the metric
   * @throws IllegalArgumentException if the cases are not the same
   */
  public PairedComparison compare(CaseRanks first, CaseRanks second, Metric metric) {
    if (!first.isOverTheCasesOf(second)) {
      throw new IllegalArgumentException(
          "second model: found " + second + ", expected those of the first, " + first);
    }
    double[] differences = gains(second, metric);
    double[] before = gains(first, metric);
    for (int i = 0; i < differences.length; i++) {
      differences[i] -= before[i];
    }
    Units units = Units.of(differences, first);
    double[] nonZero = Arrays.stream(units.sums).filter(each -> each != 0).toArray();
    return new PairedComparison(
        metric, units.mean(), interval(units), probability(nonZero), nonZero.length);
  }

  private Interval interval(Units units) {
    int count = units.sums.length;
    if (count == 0) {
      return new Interval(0, 0);
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[resamples];
    for (int resample = 0; resample < resamples; resample++) {
      double sum = 0;
      long cases = 0;
      for (int i = 0; i < count; i++) {
        int drawn = random.nextInt(count);
        sum += units.sums[drawn];
        cases += units.cases[drawn];
      }
      means[resample] = sum / cases;
    }
    Arrays.sort(means);
    int outside = (int) Math.floor((1 - confidence) / 2 * resamples);
    return new Interval(means[outside], means[resamples - 1 - outside]);
  }

  /** Returns the share of sign patterns, the observed one among them, with as large a sum. */
  private double probability(double[] differences) {
    double observed = 0;
    double size = 0;
    for (double difference : differences) {
      observed += difference;
      size += Math.abs(difference);
    }
    // Sums of the same numbers in other signs differ by rounding; take these as equal.
    double bound = Math.abs(observed) - 1e-12 * size;
    SplittableRandom random = new SplittableRandom(seed);
    int asLarge = 1;
    for (int round = 0; round < resamples; round++) {
      double sum = 0;
      long signs = 0;
      for (int i = 0; i < differences.length; i++) {
        signs = i % Long.SIZE == 0 ? random.nextLong() : signs >>> 1;
        sum += (signs & 1) == 0 ? differences[i] : -differences[i];
      }
      asLarge += Math.abs(sum) >= bound ? 1 : 0;
    }
    return (double) asLarge / (resamples + 1);
  }

  /** Returns the sum of the gains of each sequence. */
  private static double[] gains(CaseRanks ranks, Metric metric) {
    double[] gains = new double[ranks.sequences()];
    for (int sequence = 0; sequence < gains.length; sequence++) {
      for (int i = ranks.firstCase(sequence); i < ranks.firstCase(sequence + 1); i++) {
        gains[sequence] += metric.gain(ranks.rank(i));
      }
    }
    return gains;
  }

  /** The sequences that have cases: for each the sum of its gains and the number of its cases. */
  private static final class Units {
    private final double[] sums;
    private final int[] cases;

    private Units(double[] sums, int[] cases) {
      this.sums = sums;
      this.cases = cases;
    }

    static Units of(double[] gains, CaseRanks ranks) {
      double[] sums = new double[gains.length];
      int[] cases = new int[gains.length];
      int count = 0;
      for (int sequence = 0; sequence < gains.length; sequence++) {
        int targets = ranks.firstCase(sequence + 1) - ranks.firstCase(sequence);
        if (targets > 0) {
          sums[count] = gains[sequence];
          cases[count++] = targets;
        }
      }
      return new Units(Arrays.copyOf(sums, count), Arrays.copyOf(cases, count));
    }

    double mean() {
      long all = 0;
      double sum = 0;
      for (int i = 0; i < sums.length; i++) {
        sum += sums[i];
        all += cases[i];
      }
      return all == 0 ? 0 : sum / all;
    }
  }
}
