package org.staccato.network;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.Kernels;

/**
 * Sequences of items with the scores of some candidates after them, computed in double precision
 * from the unpacked weights. A network that reproduces them was packed, stored, mapped and computed
 * as it should be.
 */
final class GoldenSamples {

  /** The events of a sequence that are kept: its last ones. */
  static final int LENGTH_LIMIT = 64;

  /** The sequences of a file. */
  static final int COUNT_LIMIT = 256;

  /** The candidates of a sample. */
  static final int CANDIDATES = 16;

  /** The largest error of a score, relative to one more than the largest score of its sample. */
  static final double TOLERANCE = 1e-3;

  private static final String ITEMS = "golden.items";
  private static final String CANDIDATE_ITEMS = "golden.candidates";
  private static final String SCORES = "golden.scores";

  /** In place of an item after the end of a list. */
  private static final int NONE = -1;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  private GoldenSamples() {}

  /** Computes the scores and adds the tensors. */
  static void add(WeightFileWriter writer, NetworkWeights weights, int[][] sequences) {
    int[][] kept =
        Arrays.stream(sequences)
            .map(s -> Arrays.copyOfRange(s, Math.max(0, s.length - LENGTH_LIMIT), s.length))
            .toArray(int[][]::new);
    int longest = Arrays.stream(kept).mapToInt(s -> s.length).max().orElseThrow();
    int padded = Math.ceilDiv(longest, CANDIDATES) * CANDIDATES;
    int[] candidates = candidates(weights.items());
    writer.tensor(
        ITEMS,
        DataType.I32,
        output -> {
          for (int[] sequence : kept) {
            for (int i = 0; i < padded; i++) {
              output.putInt(i < sequence.length ? sequence[i] : NONE);
            }
          }
        },
        kept.length,
        padded);
    writer.tensor(
        CANDIDATE_ITEMS,
        DataType.I32,
        output -> {
          for (int i = 0; i < kept.length * CANDIDATES; i++) {
            output.putInt(candidates[i % CANDIDATES]);
          }
        },
        kept.length,
        CANDIDATES);
    writer.tensor(
        SCORES,
        DataType.F32,
        output -> {
          for (int[] sequence : kept) {
            ReferenceNetwork reference = new ReferenceNetwork(weights);
            for (int item : sequence) {
              reference.step(item);
            }
            for (int candidate : candidates) {
              output.putFloat(candidate == NONE ? 0 : (float) reference.score(candidate));
            }
          }
        },
        kept.length,
        CANDIDATES);
  }

  /** Items spread evenly over the catalogue, its first and its last among them. */
  private static int[] candidates(int items) {
    int[] candidates = new int[CANDIDATES];
    Arrays.fill(candidates, NONE);
    int count = Math.min(items, CANDIDATES);
    for (int i = 0; i < count; i++) {
      candidates[i] = count == 1 ? 0 : (int) ((long) i * (items - 1) / (count - 1));
    }
    return candidates;
  }

  /** Runs the samples of a file through its network. */
  static void check(WeightFile file, Network network) throws ModelRejectedException {
    Tensor items = file.require(ITEMS, DataType.I32, WeightFile.ANY, WeightFile.ANY);
    long count = items.shape().get(0);
    long length = items.shape().get(1);
    if (count > COUNT_LIMIT || length > LENGTH_LIMIT) {
      throw new ModelRejectedException(
          file.path(),
          Reason.SHAPE,
          "tensor \""
              + ITEMS
              + "\": found the shape "
              + items.shape()
              + ", expected at most "
              + COUNT_LIMIT
              + " samples of "
              + LENGTH_LIMIT
              + " items");
    }
    Tensor candidates = file.require(CANDIDATE_ITEMS, DataType.I32, count, CANDIDATES);
    Tensor scores = file.require(SCORES, DataType.F32, count, CANDIDATES);
    MemorySegment state = network.stack().newState();
    MemorySegment gates = network.stack().newGates();
    for (int sample = 0; sample < count; sample++) {
      state.fill((byte) 0);
      for (int i = 0; i < length; i++) {
        int item = item(file, network, items, sample * length + i);
        if (item != NONE) {
          network.stack().step(state, gates, item);
        }
      }
      check(file, network, state, candidates, scores, sample);
    }
  }

  private static void check(
      WeightFile file,
      Network network,
      MemorySegment state,
      Tensor candidates,
      Tensor scores,
      int sample)
      throws ModelRejectedException {
    float[] expected = new float[CANDIDATES];
    MemorySegment.copy(
        file.data(),
        FLOAT,
        scores.offset() + (long) sample * CANDIDATES * Float.BYTES,
        expected,
        0,
        CANDIDATES);
    double largest = 0;
    for (float score : expected) {
      largest = Math.max(largest, Math.abs(score));
    }
    MemorySegment group = network.output().newScores(1);
    for (int i = 0; i < CANDIDATES; i++) {
      int candidate = item(file, network, candidates, (long) sample * CANDIDATES + i);
      if (candidate == NONE) {
        continue;
      }
      network.output().score(state, candidate / Kernels.LANES, 1, group);
      float actual = group.getAtIndex(FLOAT, candidate % Kernels.LANES);
      // Written so that NaN fails.
      if (!(Math.abs(actual - expected[i]) <= TOLERANCE * (1 + largest))) {
        throw new ModelRejectedException(
            file.path(),
            Reason.GOLDEN,
            "golden sample "
                + sample
                + ", item "
                + candidate
                + ": the "
                + network.backend()
                + " backend found the score "
                + actual
                + ", expected "
                + expected[i]);
      }
    }
  }

  private static int item(WeightFile file, Network network, Tensor tensor, long position)
      throws ModelRejectedException {
    int item = file.data().get(INT, tensor.offset() + position * Integer.BYTES);
    if (item < NONE || item >= network.specification().items()) {
      throw new ModelRejectedException(
          file.path(),
          Reason.VALUE_RANGE,
          "tensor \""
              + tensor.name()
              + "\": found item "
              + item
              + ", expected -1 to "
              + (network.specification().items() - 1));
    }
    return item;
  }
}
