package org.staccato.network;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.TensorOutput;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.Kernels;
import org.staccato.memory.OffHeap;

/**
 * The scores of all items from the last layer's hidden state: weights · h + bias, the logits.
 * Weights lie in panels {@code [item group][hidden unit][16]}, so that 16 scores appear in one
 * vector. Immutable and thread-safe; valid while the weight file is open.
 */
public final class OutputLayer {

  /** The items of a group, which are scored together. */
  public static final int GROUP = Kernels.LANES;

  private static final String WEIGHTS = "output.weights";
  private static final String BIAS = "output.bias";

  private final Kernels kernels;
  private final MemorySegment weights;
  private final int items;
  private final int units;
  private final long panel;
  private final long bias;
  private final long hidden;

  private OutputLayer(
      Kernels kernels,
      MemorySegment weights,
      int items,
      int units,
      long panel,
      long bias,
      long hidden) {
    this.kernels = kernels;
    this.weights = weights;
    this.items = items;
    this.units = units;
    this.panel = panel;
    this.bias = bias;
    this.hidden = hidden;
  }

  static OutputLayer open(
      WeightFile file, ModelSpecification specification, LstmStack stack, Kernels kernels)
      throws ModelRejectedException {
    int units = specification.outputSize();
    int groups = LstmLayer.groups(specification.items());
    return new OutputLayer(
        kernels,
        file.data(),
        specification.items(),
        units,
        file.require(WEIGHTS, DataType.F32, groups, units, GROUP).offset(),
        file.require(BIAS, DataType.F32, groups, GROUP).offset(),
        stack.hiddenOffset(stack.layers() - 1));
  }

  static void add(WeightFileWriter writer, NetworkWeights network) {
    int groups = LstmLayer.groups(network.items());
    writer.tensor(
        WEIGHTS,
        DataType.F32,
        output -> putPanels(output, network.output(), network.items(), network.hiddenSize()),
        groups,
        network.hiddenSize(),
        GROUP);
    writer.tensor(
        BIAS,
        DataType.F32,
        output -> putPanels(output, network.outputBias(), network.items(), 1),
        groups,
        GROUP);
  }

  private static void putPanels(TensorOutput output, float[] matrix, int items, int units)
      throws IOException {
    for (int first = 0; first < items; first += GROUP) {
      for (int unit = 0; unit < units; unit++) {
        for (int item = first; item < first + GROUP; item++) {
          output.putFloat(item < items ? matrix[item * units + unit] : 0);
        }
      }
    }
  }

  /** {@return the number of groups, the last of which may be padded} */
  public int groups() {
    return LstmLayer.groups(items);
  }

  /**
   * Allocates scratch for scores.
   *
   * @param groups for how many groups
   * @return memory for 16 scores of each
   */
  public MemorySegment newScores(int groups) {
    return OffHeap.allocate(groups * Kernels.GROUP_BYTES);
  }

  /**
   * Scores the items of consecutive groups.
   *
   * @param state a state of the stack below
   * @param first the first group
   * @param count the number of groups
   * @param scores receives count × 16 floats at offset 0; those of the padding mean nothing
   * @throws IllegalStateException if the weight file is closed
   */
  public void score(MemorySegment state, int first, int count, MemorySegment scores) {
    long panelSize = units * Kernels.GROUP_BYTES;
    kernels.scoreItems(
        weights,
        panel + first * panelSize,
        bias + first * Kernels.GROUP_BYTES,
        count,
        units,
        state,
        hidden,
        scores);
  }

  /**
   * Finds the first group of scores with one above a threshold.
   *
   * @param scores what {@link #score} wrote
   * @param from the group to start at, counted from the first in {@code scores}
   * @param to the group to stop before
   * @param threshold what a score must exceed; no NaN does
   * @return the group, or {@code to} if there is none
   */
  public int firstGroupAbove(MemorySegment scores, int from, int to, float threshold) {
    return kernels.firstGroupAbove(scores, from, to, threshold);
  }
}
