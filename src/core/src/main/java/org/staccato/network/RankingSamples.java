package org.staccato.network;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.memory.LittleEndian;

/** The golden samples of a network that ranks: sequences of items, and scores of candidates. */
final class RankingSamples {

  /** The candidates of a sample. */
  static final int CANDIDATES = 16;

  private static final String ITEMS = "golden.items";
  private static final String CANDIDATE_ITEMS = "golden.candidates";
  private static final String SCORES = "golden.scores";

  /** In place of an item after the end of a list. */
  private static final int NONE = -1;

  private RankingSamples() {}

  /** Computes the scores and adds the tensors. */
  static void add(WeightFileWriter writer, NetworkWeights weights, int[][] sequences) {
    int[][] kept =
        Arrays.stream(sequences)
            .map(
                s ->
                    Arrays.copyOfRange(
                        s, Math.max(0, s.length - GoldenSamples.LENGTH_LIMIT), s.length))
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
            ReferenceNetwork reference =
                new ReferenceNetwork(weights.layers(), weights.output(), weights.outputBias());
            for (int item : sequence) {
              reference.step(weights.embedding(), item);
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
  static void compare(
      WeightFile file, Network network, GoldenScratch memory, GoldenSamples.Comparison comparison)
      throws ModelRejectedException {
    Tensor items = GoldenSamples.require(file, ITEMS, DataType.I32, WeightFile.ANY);
    long count = items.shape().get(0);
    long length = items.shape().get(1);
    Tensor candidates = file.require(CANDIDATE_ITEMS, DataType.I32, count, CANDIDATES);
    Tensor scores = file.require(SCORES, DataType.F32, count, CANDIDATES);
    float[] actual = new float[CANDIDATES];
    for (int sample = 0; sample < count && (sample == 0 || comparison.goesOn()); sample++) {
      MemorySegment state = memory.start();
      for (int i = 0; i < length; i++) {
        int item = item(file, network, items, sample * length + i);
        if (item != NONE) {
          network.stack().step(state, false, memory.scratch(), item);
        }
      }
      float[] expected = GoldenSamples.floats(file, scores, sample, CANDIDATES);
      for (int i = 0; i < CANDIDATES; i++) {
        int candidate = item(file, network, candidates, (long) sample * CANDIDATES + i);
        actual[i] = candidate == NONE ? expected[i] : network.output().score(state, candidate);
      }
      comparison.compare(sample, actual, expected, CANDIDATES);
    }
  }

  private static int item(WeightFile file, Network network, Tensor tensor, long position)
      throws ModelRejectedException {
    int item = file.data().get(LittleEndian.INT, tensor.offset() + position * Integer.BYTES);
    int items = network.specification().ranking().items();
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
