package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Pace;
import org.staccato.format.WeightFile;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;
import org.staccato.model.Head;
import org.staccato.model.ModelSpecification;

/**
 * The linear layer of a head: weights · h + bias of the last layer's output, one sum for each item
 * of a catalogue or each output of a prediction. Sums come in blocks of {@link #BLOCK}.
 *
 * <p>The file may hold the weights a second time in eight bits, the <em>coarse</em> weights: with
 * them a ranking finds the few items whose exact scores it needs, see {@link #upperBounds}.
 * Immutable and thread-safe; valid while the weight file is open, and afterwards all methods that
 * read weights throw {@link IllegalStateException}.
 */
public final class LinearHead {

  /** The sums of a block, which are computed together. */
  public static final int BLOCK = Panels.ROWS;

  /** The sums of a group, which {@link #firstGroupAbove} compares together. */
  public static final int GROUP = Kernels.GROUP;

  /** The groups of a block. */
  public static final int GROUPS = BLOCK / GROUP;

  /** The sums of single items that are computed together. */
  public static final int TOGETHER = Kernels.ROWS_TOGETHER;

  /** The name within the head of the weights in eight bits. */
  public static final String COARSE = "coarse";

  /** The limit below which all weights of a row become zeros in eight bits. */
  public static final float NEGLIGIBLE = 0x1p-80f;

  /** The unit roundoff of a float. */
  private static final double UNIT = 0x1p-24;

  /** The groups of exponentials that are added in floats, before their sum is one in doubles. */
  private static final int SUMMED = 64;

  /** The number of rows that are checked at a time on opening. */
  private static final int SLICE = 4096;

  private final Kernels kernels;
  private final MemorySegment file;
  private final Panels weights;
  private final long bias;
  private final @Nullable Panels coarse;
  private final long hidden;
  private final double largestBias;

  private LinearHead(
      Kernels kernels,
      MemorySegment file,
      Panels weights,
      long bias,
      @Nullable Panels coarse,
      long hidden,
      double largestBias) {
    this.kernels = kernels;
    this.file = file;
    this.weights = weights;
    this.bias = bias;
    this.coarse = coarse;
    this.hidden = hidden;
    this.largestBias = largestBias;
  }

  /** Finds the linear layer of a head on top of a stack. */
  static LinearHead open(WeightFile file, Head head, LayerStack stack, Pace pace)
      throws ModelRejectedException {
    int outputs = head.outputs();
    int inputs = head.inputs();
    Panels weights =
        PanelTensors.find(
            file, name(head, Head.WEIGHTS), outputs, inputs, DataType.F32, DataType.BF16);
    long bias = PanelTensors.findRow(file, name(head, Head.BIAS), weights.blocks());
    String coarseName = name(head, COARSE);
    Panels coarse =
        file.find(coarseName).isPresent()
            ? PanelTensors.find(file, coarseName, outputs, inputs, DataType.I8)
            : null;
    double largest = 0;
    if (coarse != null) {
      checkScales(file, coarseName, coarse, outputs, pace);
      largest = largestOf(file, bias, outputs, pace);
    }
    return new LinearHead(
        stack.kernels(), file.data(), weights, bias, coarse, stack.outputOffset(), largest);
  }

  private static String name(Head head, String parameter) {
    return ModelSpecification.headName(head.name(), parameter);
  }

  private static double largestOf(WeightFile file, long bias, int outputs, Pace pace) {
    double largest = 0;
    for (int i = 0; i < outputs; i++) {
      if (i % SLICE == 0) {
        pace.pause();
      }
      float value = file.data().get(LittleEndian.FLOAT, bias + (long) i * Float.BYTES);
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /** Returns the same layer on other kernels. */
  LinearHead on(Kernels others) {
    return new LinearHead(others, file, weights, bias, coarse, hidden, largestBias);
  }

  /** Checks the scales: one below zero reverses the bounds of its row. */
  private static void checkScales(
      WeightFile file, String name, Panels coarse, int outputs, Pace pace)
      throws ModelRejectedException {
    for (int i = 0; i < outputs; i++) {
      if (i % SLICE == 0) {
        pace.pause();
      }
      float scale = file.data().get(LittleEndian.FLOAT, coarse.scales() + (long) i * Float.BYTES);
      if (scale < 0) {
        throw new ModelRejectedException(
            file.path(),
            Reason.VALUE_RANGE,
            "tensor \""
                + PanelTensors.scalesName(name)
                + "\": found "
                + scale
                + " as element "
                + i
                + ", expected 0 or more");
      }
    }
  }

  Kernels kernels() {
    return kernels;
  }

  MemorySegment file() {
    return file;
  }

  Panels weights() {
    return weights;
  }

  /** Returns the offset of the biases in the file. */
  long bias() {
    return bias;
  }

  /** Returns the offset of the inputs in a state. */
  long hidden() {
    return hidden;
  }

  /** {@return the number of blocks, the last of which may be padded} */
  public int blocks() {
    return weights.blocks();
  }

  /** {@return whether there are coarse weights to search with} */
  public boolean hasCoarse() {
    return coarse != null;
  }

  /**
   * Computes the size of scratch for sums.
   *
   * @param blocks the number of blocks
   * @return the bytes of the floats of each
   */
  public static long scoresBytes(int blocks) {
    return blocks * Panels.ROW_BYTES;
  }

  /**
   * Allocates scratch for sums.
   *
   * @param blocks the number of blocks
   * @return memory for the floats of each
   */
  public static MemorySegment newScores(int blocks) {
    return OffHeap.allocate(scoresBytes(blocks));
  }

  /**
   * Computes the sums of consecutive blocks.
   *
   * @param state a state of the stack below
   * @param first the first block
   * @param count the number of blocks
   * @param scores receives count × 64 floats at offset 0; those of the padding are 0
   */
  public void score(MemorySegment state, int first, int count, MemorySegment scores) {
    kernels.copyRow(file, bias + first * Panels.ROW_BYTES, count * GROUPS, scores, 0);
    kernels.addProduct(weights, first, count, state, hidden, scores, 0);
  }

  /**
   * Computes one sum, bit for bit what {@link #score(MemorySegment, int, int, MemorySegment)} does.
   *
   * @param state a state of the stack below
   * @param index the item or output, which the caller has checked
   * @return its sum
   */
  public float score(MemorySegment state, int index) {
    float start = file.get(LittleEndian.FLOAT, bias + (long) index * Float.BYTES);
    return kernels.rowProduct(weights, index, state, hidden, start);
  }

  /**
   * Computes four sums, each bit for bit what {@link #score(MemorySegment, int)} returns.
   *
   * @param state a state of the stack below
   * @param indices the items or outputs, which the caller has checked
   * @param from the place of the first of the four
   * @param scores receives four floats at offset 0
   */
  public void score(MemorySegment state, int[] indices, int from, MemorySegment scores) {
    for (int i = 0; i < TOGETHER; i++) {
      float start = file.get(LittleEndian.FLOAT, bias + (long) indices[from + i] * Float.BYTES);
      scores.setAtIndex(LittleEndian.FLOAT, i, start);
    }
    kernels.addRowProducts(weights, indices, from, state, hidden, scores, 0);
  }

  /** {@return the number of inputs of a row, padding included: a multiple of 4} */
  public int inputs() {
    return weights.inputs();
  }

  /**
   * Copies the weights of a row, which are stored far from each other.
   *
   * @param index the item or output, which the caller has checked
   * @param target receives {@link #inputs} weights
   * @param at the place of the first of them
   */
  public void copyWeights(int index, float[] target, int at) {
    int perWord = weights.type().inputsPerWord();
    long word = weights.wordOf(index);
    for (int input = 0; input < weights.inputs(); input += perWord) {
      int bits = file.get(LittleEndian.INT, word);
      if (perWord == 1) {
        target[at + input] = Float.intBitsToFloat(bits);
      } else {
        target[at + input] = Float.intBitsToFloat(bits << 16);
        target[at + input + 1] = Float.intBitsToFloat(bits & 0xffff0000);
      }
      word += Panels.ROW_BYTES;
    }
  }

  /**
   * Computes the largest error of a coarse sum, as a factor of the row's {@link #scale}.
   *
   * <p>A weight in eight bits is off by at most half a step of 2²⁴ scales, so a sum is off by at
   * most ‖h‖₁ half steps; the error that rounding in floats adds to either sum of n products of
   * weights up to 128 steps is below (n + 8) · 2⁻²⁴ · 128 · ‖h‖₁ steps each.
   *
   * @param state a state of the stack below
   * @return the factor
   */
  public float errorFactor(MemorySegment state) {
    double norm = 0;
    // Takes all inputs of the product, also those behind the declared size: they may not be 0.
    for (int i = 0; i < weights.inputs(); i++) {
      norm += Math.abs(state.get(LittleEndian.FLOAT, hidden + (long) i * Float.BYTES));
    }
    double steps = 0.5 + 2 * (weights.inputs() + 8) * UNIT * 128;
    return (float) (norm * steps * 0x1p24 * (1 + 16 * UNIT));
  }

  /**
   * {@return the largest difference of the exact and the coarse sum of an item beyond {@link
   * #errorFactor}: the rounding of biases, and rows whose weights are negligible}
   */
  public float slack() {
    return (float)
        (4 * (weights.inputs() + 8) * UNIT * largestBias + 2.0 * weights.inputs() * NEGLIGIBLE);
  }

  /**
   * Bounds the sums of consecutive blocks from above with the coarse weights, {@link #slack} aside.
   *
   * @param state a state of the stack below
   * @param errorFactor the state's {@link #errorFactor}
   * @param first the first block
   * @param count the number of blocks
   * @param bounds receives count × 64 floats at offset 0
   * @throws IllegalStateException if there are no coarse weights
   */
  public void upperBounds(
      MemorySegment state, float errorFactor, int first, int count, MemorySegment bounds) {
    Panels panels = requireCoarse();
    long row = first * Panels.ROW_BYTES;
    kernels.copyRow(file, bias + row, count * GROUPS, bounds, 0);
    kernels.addProduct(panels, first, count, state, hidden, bounds, 0);
    kernels.addRow(file, panels.scales() + row, count * GROUPS, errorFactor, bounds, 0);
  }

  /**
   * Returns the scale of a row of the coarse weights.
   *
   * @param index the item
   * @return the weight of a unit in the last place of a word, not negative
   */
  public float scale(int index) {
    return file.get(LittleEndian.FLOAT, requireCoarse().scales() + (long) index * Float.BYTES);
  }

  private Panels requireCoarse() {
    Panels panels = coarse;
    if (panels == null) {
      throw new IllegalStateException("the weight file has no coarse weights");
    }
    return panels;
  }

  /**
   * Computes the logarithm of the sum of the exponentials of scores, by which the softmax is
   * normalised.
   *
   * @param scores the scores, {@code [group][16]} at offset 0; those of the padding are −∞
   * @param groups the number of groups, at least 1
   * @param lanes scratch, a group of floats at offset 0
   * @return ln Σ e^score
   */
  public double logSumOfExponentials(MemorySegment scores, int groups, MemorySegment lanes) {
    float greatest = kernels.largest(scores, 0, groups);
    double sum = 0;
    for (int group = 0; group < groups; group += SUMMED) {
      int count = Math.min(SUMMED, groups - group);
      long offset = group * Kernels.GROUP_BYTES;
      sum += kernels.sumOfExponentials(scores, offset, count, greatest, lanes);
    }
    return greatest + Math.log(sum);
  }

  /**
   * Finds the first group of scores with one above a threshold.
   *
   * @param scores the output of {@link #score} or {@link #upperBounds}
   * @param from the group to start at, counted from the first in {@code scores}
   * @param to the group to stop before
   * @param threshold the score to exceed; NaN never exceeds it
   * @return the group, or {@code to} if there is none
   */
  public int firstGroupAbove(MemorySegment scores, int from, int to, float threshold) {
    return kernels.firstGroupAbove(scores, from, to, threshold);
  }
}
