package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Pace;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.kernel.Kernels;
import org.staccato.memory.LittleEndian;
import org.staccato.model.Head;
import org.staccato.model.NeighbourMemory;
import org.staccato.model.Prediction;
import org.staccato.model.Ranking;

/**
 * Sequences with the answers of each head after them, computed in double precision from the
 * unpacked weights. A network that reproduces them was packed, stored, mapped and computed
 * correctly.
 *
 * <p>An error is relative to one more than the largest answer of its sample. A file with rounded
 * weights states its largest permitted error.
 */
public final class GoldenSamples {

  /** The events of a sequence that are kept: its last ones. */
  public static final int LENGTH_LIMIT = 64;

  /** The sequences of a file. */
  public static final int COUNT_LIMIT = 256;

  /** The items of a sample whose scores are compared. */
  public static final int SCORED = 16;

  /** In place of an item after the end of a list. */
  public static final int NONE = -1;

  /** The tensor of the sequences of items. */
  public static final String ITEMS = "golden.items";

  /** The tensor of the values of the events' attributes, for networks that take some. */
  public static final String EVENTS = "golden.events";

  /** The tensor of the sequences of features. */
  public static final String FEATURES = "golden.features";

  /** The name within a head of the items whose scores are compared. */
  public static final String SCORED_ITEMS = "items";

  /** The name within a head of the scores of these. */
  public static final String SCORES = "scores";

  /** The name within a head of the outputs of a prediction. */
  public static final String OUTPUTS = "outputs";

  /** The metadata key of the largest error that a file may have, a decimal number. */
  public static final String TOLERANCE_KEY = "staccato.golden.tolerance";

  /** The largest error of a file that states none: its weights are exact. */
  public static final double TOLERANCE = 1e-3;

  private GoldenSamples() {}

  /**
   * Composes the name of a tensor of a head's answers.
   *
   * @param head the head
   * @param name the name within the head
   * @return the name of the tensor
   */
  public static String name(Head head, String name) {
    return "golden." + head.name() + "." + name;
  }

  /** Takes the answers of one sample. */
  public interface Comparison {

    /**
     * Compares the first answers of two arrays.
     *
     * @param sample the number of the sample
     * @param actual the answers of the network
     * @param expected the answers in the file
     * @param count the number of answers
     * @throws ModelRejectedException if they are too far from each other
     */
    void compare(int sample, float[] actual, float[] expected, int count)
        throws ModelRejectedException;

    /** {@return whether there is another sample to compare; called after each} */
    default boolean goesOn() {
      return true;
    }
  }

  /** Checks that a network reproduces its samples, the first at least, until a deadline. */
  static void check(
      WeightFile file, Network network, GoldenScratch memory, long deadline, Pace pace)
      throws ModelRejectedException {
    compare(file, network, memory, new Reproduction(file, network.backend(), deadline, pace));
  }

  /** Rejects the file at the first wrong answer. */
  private static final class Reproduction implements Comparison {
    private final WeightFile file;
    private final String backend;
    private final long deadline;
    private final Pace pace;
    private final double tolerance;

    Reproduction(WeightFile file, String backend, long deadline, Pace pace)
        throws ModelRejectedException {
      this.file = file;
      this.backend = backend;
      this.deadline = deadline;
      this.pace = pace;
      this.tolerance = tolerance(file);
    }

    @Override
    public void compare(int sample, float[] actual, float[] expected, int count)
        throws ModelRejectedException {
      double scale = scale(expected, count);
      for (int i = 0; i < count; i++) {
        // The negation makes NaN fail.
        if (!(Math.abs(actual[i] - expected[i]) <= tolerance * scale)) {
          throw new ModelRejectedException(
              file.path(),
              Reason.GOLDEN,
              "golden sample "
                  + sample
                  + ", answer "
                  + i
                  + ": the "
                  + backend
                  + " backend found "
                  + actual[i]
                  + ", expected "
                  + expected[i]
                  + " to within "
                  + tolerance * scale);
        }
      }
    }

    @Override
    public boolean goesOn() {
      pace.pause();
      return deadline == Long.MAX_VALUE || System.nanoTime() - deadline < 0;
    }
  }

  /**
   * Runs the samples of a file through its network.
   *
   * @param file the weight file of the network
   * @param network the network
   * @param memory the memory to run the samples in
   * @param comparison takes the answers
   * @throws ModelRejectedException if a sample is malformed, or the comparison rejects it
   */
  public static void compare(
      WeightFile file, Network network, GoldenScratch memory, Comparison comparison)
      throws ModelRejectedException {
    memory.fit(network);
    GoldenSequences sequences = GoldenSequences.open(file, network);
    for (int sample = 0;
        sample < sequences.count() && (sample == 0 || comparison.goesOn());
        sample++) {
      MemorySegment state = sequences.run(sample, memory);
      for (Head head : network.specification().heads()) {
        switch (head) {
          case Ranking ranking ->
              compareScores(file, network, ranking, sequences.count(), sample, state, comparison);
          case Prediction prediction -> {
            Tensor outputs =
                file.require(
                    name(head, OUTPUTS), DataType.F32, sequences.count(), padded(head.outputs()));
            float[] expected = floats(file, outputs, sample, padded(head.outputs()));
            float[] actual = new float[head.outputs()];
            network.prediction().predict(state, memory.sums(), actual);
            comparison.compare(sample, actual, expected, actual.length);
          }
          case NeighbourMemory remembered -> {
            // Its index is checked as a whole when it is opened.
          }
        }
      }
    }
  }

  private static void compareScores(
      WeightFile file,
      Network network,
      Ranking ranking,
      long count,
      int sample,
      MemorySegment state,
      Comparison comparison)
      throws ModelRejectedException {
    Tensor items = file.require(name(ranking, SCORED_ITEMS), DataType.I32, count, SCORED);
    Tensor scores = file.require(name(ranking, SCORES), DataType.F32, count, SCORED);
    float[] expected = floats(file, scores, sample, SCORED);
    float[] actual = new float[SCORED];
    for (int i = 0; i < SCORED; i++) {
      int item = item(file, network, items, (long) sample * SCORED + i);
      actual[i] = item == NONE ? expected[i] : network.ranking().score(state, item);
    }
    comparison.compare(sample, actual, expected, SCORED);
  }

  /**
   * Computes the scale of a sample's errors.
   *
   * @param expected the answers
   * @param count the number of answers
   * @return one more than the largest absolute answer
   */
  public static double scale(float[] expected, int count) {
    double largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    return 1 + largest;
  }

  /**
   * Rounds a count of floats up to whole cache lines, as the rows of golden inputs and answers are
   * padded.
   *
   * @param count the floats that a row holds
   * @return the floats that it takes
   */
  public static int padded(int count) {
    return RowOrder.groups(count) * Kernels.GROUP;
  }

  private static double tolerance(WeightFile file) throws ModelRejectedException {
    String text = file.metadata().get(TOLERANCE_KEY);
    if (text == null) {
      return TOLERANCE;
    }
    double tolerance = Double.NaN;
    try {
      tolerance = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      // Refused below, like NaN.
    }
    if (!(tolerance >= 0 && tolerance < Double.POSITIVE_INFINITY)) {
      throw new ModelRejectedException(
          file.path(),
          Reason.VALUE_RANGE,
          TOLERANCE_KEY + ": found " + text + ", expected a number from 0");
    }
    return tolerance;
  }

  /** Reads the floats of a sample. */
  static float[] floats(WeightFile file, Tensor tensor, long sample, int count) {
    float[] values = new float[count];
    long offset = tensor.offset() + sample * count * Float.BYTES;
    MemorySegment.copy(file.data(), LittleEndian.FLOAT, offset, values, 0, count);
    return values;
  }

  /** Reads an item of a list. */
  static int item(WeightFile file, Network network, Tensor tensor, long position)
      throws ModelRejectedException {
    int item = file.data().get(LittleEndian.INT, tensor.offset() + position * Integer.BYTES);
    int items = network.specification().itemInput().items();
    if (item < NONE || item >= items) {
      throw new ModelRejectedException(
          file.path(),
          Reason.VALUE_RANGE,
          "tensor \""
              + tensor.name()
              + "\": found item "
              + item
              + ", expected -1 to "
              + (items - 1));
    }
    return item;
  }
}
