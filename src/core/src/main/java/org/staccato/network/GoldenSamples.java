package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Pace;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.memory.LittleEndian;
import org.staccato.model.ModelSpecification.Prediction;
import org.staccato.model.ModelSpecification.Ranking;

/**
 * Sequences with what the network answers after them, computed in double precision from the
 * unpacked weights. A network that reproduces them was packed, stored, mapped and computed as it
 * should be.
 *
 * <p>An error is relative to one more than the largest answer of its sample. A file whose weights
 * were rounded states the error that it may have.
 */
final class GoldenSamples {

  /** The events of a sequence that are kept: its last ones. */
  static final int LENGTH_LIMIT = 64;

  /** The sequences of a file. */
  static final int COUNT_LIMIT = 256;

  /** The metadata key of the largest error that a file may have, a decimal number. */
  static final String TOLERANCE_KEY = "staccato.golden.tolerance";

  /** The largest error of a file that states none: its weights are exact. */
  static final double TOLERANCE = 1e-3;

  private GoldenSamples() {}

  /** Takes the answers of one sample. */
  interface Comparison {

    /** Compares the first answers of two arrays. */
    void compare(int sample, float[] actual, float[] expected, int count)
        throws ModelRejectedException;

    /** Whether there is another sample to compare; called after each. */
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

  /** Rejects the file at the first answer that is off. */
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
        // Written so that NaN fails.
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

  /** Measures the errors of a network on its samples. */
  static GoldenErrors measure(WeightFile file, Network network) throws ModelRejectedException {
    double[] largest = {0};
    double[] total = {0};
    long[] answers = {0};
    compare(
        file,
        network,
        new GoldenScratch(),
        (sample, actual, expected, count) -> {
          double scale = scale(expected, count);
          for (int i = 0; i < count; i++) {
            double error = Math.abs(actual[i] - expected[i]) / scale;
            // Infinite rather than NaN, which no bound would refuse.
            error = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
            largest[0] = Math.max(largest[0], error);
            total[0] += error;
            answers[0]++;
          }
        });
    return new GoldenErrors(largest[0], total[0] / answers[0]);
  }

  private static void compare(
      WeightFile file, Network network, GoldenScratch memory, Comparison comparison)
      throws ModelRejectedException {
    memory.fit(network);
    switch (network.specification().task()) {
      case Ranking ranking -> RankingSamples.compare(file, network, memory, comparison);
      case Prediction prediction -> PredictionSamples.compare(file, network, memory, comparison);
    }
  }

  /** One more than the largest answer. */
  private static double scale(float[] expected, int count) {
    double largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    return 1 + largest;
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

  /** Finds the tensor whose first dimensions are the samples and the events of each. */
  static Tensor require(WeightFile file, String name, DataType type, long... further)
      throws ModelRejectedException {
    long[] shape = new long[1 + further.length];
    shape[0] = WeightFile.ANY;
    System.arraycopy(further, 0, shape, 1, further.length);
    Tensor tensor = file.require(name, type, shape);
    if (tensor.shape().get(0) > COUNT_LIMIT || tensor.shape().get(1) > LENGTH_LIMIT) {
      throw new ModelRejectedException(
          file.path(),
          Reason.SHAPE,
          "tensor \""
              + name
              + "\": found the shape "
              + tensor.shape()
              + ", expected at most "
              + COUNT_LIMIT
              + " samples of "
              + LENGTH_LIMIT
              + " events");
    }
    return tensor;
  }

  /** The floats of a sample. */
  static float[] floats(WeightFile file, Tensor tensor, long sample, int count) {
    float[] values = new float[count];
    long offset = tensor.offset() + sample * count * Float.BYTES;
    MemorySegment.copy(file.data(), LittleEndian.FLOAT, offset, values, 0, count);
    return values;
  }
}
