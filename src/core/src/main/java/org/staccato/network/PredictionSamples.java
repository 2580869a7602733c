package org.staccato.network;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.Kernels;

/**
 * The golden samples of a network that predicts: sequences of feature vectors, all of one length,
 * and the outputs after them.
 */
final class PredictionSamples {
  private static final String FEATURES = "golden.features";
  private static final String OUTPUTS = "golden.outputs";

  private PredictionSamples() {}

  /** Computes the outputs and adds the tensors; a sequence is events × features, row-major. */
  static void add(WeightFileWriter writer, PredictionWeights weights, float[][] sequences) {
    int features = weights.layers().getFirst().inputSize();
    int outputs = weights.outputBias().length;
    int events = sequences[0].length / features;
    int paddedFeatures = padded(features);
    int paddedOutputs = padded(outputs);
    writer.tensor(
        FEATURES,
        DataType.F32,
        output -> {
          for (float[] sequence : sequences) {
            for (int i = 0; i < events * paddedFeatures; i++) {
              int feature = i % paddedFeatures;
              int event = i / paddedFeatures;
              output.putFloat(feature < features ? sequence[event * features + feature] : 0);
            }
          }
        },
        sequences.length,
        events,
        paddedFeatures);
    writer.tensor(
        OUTPUTS,
        DataType.F32,
        output -> {
          for (float[] sequence : sequences) {
            ReferenceNetwork reference =
                new ReferenceNetwork(
                    weights.layers(), weights.outputMatrix(), weights.outputBias());
            FloatMatrix vectors = FloatMatrix.of(sequence, features);
            for (int event = 0; event < events; event++) {
              reference.step(vectors, event);
            }
            double[] results =
                Arrays.copyOf(reference.predict(weights.activation()), paddedOutputs);
            for (double result : results) {
              output.putFloat((float) result);
            }
          }
        },
        sequences.length,
        paddedOutputs);
  }

  /** The rows of a tensor are whole cache lines. */
  private static int padded(int count) {
    return GateRows.groups(count) * Kernels.LANES;
  }

  /** Runs the samples of a file through its network. */
  static void compare(
      WeightFile file, Network network, GoldenScratch memory, GoldenSamples.Comparison comparison)
      throws ModelRejectedException {
    int features = network.specification().prediction().features();
    int outputs = network.specification().prediction().outputs();
    Tensor vectors =
        GoldenSamples.require(file, FEATURES, DataType.F32, WeightFile.ANY, padded(features));
    long count = vectors.shape().get(0);
    int events = Math.toIntExact(vectors.shape().get(1));
    Tensor expected = file.require(OUTPUTS, DataType.F32, count, padded(outputs));
    float[] actual = new float[outputs];
    for (int sample = 0; sample < count && (sample == 0 || comparison.goesOn()); sample++) {
      MemorySegment state = memory.start();
      for (int event = 0; event < events; event++) {
        long row = ((long) sample * events + event) * padded(features) * Float.BYTES;
        MemorySegment input = memory.input(file.data(), vectors.offset() + row, features);
        network.stack().step(state, false, memory.scratch(), input);
      }
      network.head().predict(state, memory.sums(), actual);
      float[] answers = GoldenSamples.floats(file, expected, sample, padded(outputs));
      comparison.compare(sample, actual, answers, outputs);
    }
  }
}
