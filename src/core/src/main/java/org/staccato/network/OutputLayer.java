package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Pace;
import org.staccato.format.TensorOutput;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;

/**
 * The linear layer on top: weights · h + bias of the last layer's hidden state, one sum for each
 * item of a catalogue or each output of a prediction. Sums come in blocks of {@link #BLOCK}.
 *
 * <p>The weights may be there a second time in eight bits, the <em>candidates</em>: with them a
 * ranking finds the few items whose exact scores it needs, see {@link #upperBounds}. Immutable and
 * thread-safe; valid while the weight file is open.
 */
public final class OutputLayer {

  /** The sums of a block, which are computed together. */
  public static final int BLOCK = Panels.ROWS;

  /** The sums of a group, which {@link #firstGroupAbove} compares together. */
  public static final int GROUP = Kernels.LANES;

  /** The groups of a block. */
  public static final int GROUPS = BLOCK / GROUP;

  /** The sums of single items that are computed together. */
  public static final int TOGETHER = Kernels.ROWS_TOGETHER;

  static final String WEIGHTS = "output.weights";
  static final String CANDIDATES = "output.candidates";
  private static final String BIAS = "output.bias";

  /** The unit roundoff of a float. */
  private static final double UNIT = 0x1p-24;

  /** The rows of a slice of the work of opening. */
  private static final int SLICE = 4096;

  private final Kernels kernels;
  private final MemorySegment file;
  private final Panels weights;
  private final long bias;
  private final @Nullable Panels candidates;
  private final long hidden;
  private final double largestBias;

  private OutputLayer(
      Kernels kernels,
      MemorySegment file,
      Panels weights,
      long bias,
      @Nullable Panels candidates,
      long hidden,
      double largestBias) {
    this.kernels = kernels;
    this.file = file;
    this.weights = weights;
    this.bias = bias;
    this.candidates = candidates;
    this.hidden = hidden;
    this.largestBias = largestBias;
  }

  /** Finds the layer on top of a stack. */
  static OutputLayer open(WeightFile file, int outputs, RecurrentStack stack, Pace pace)
      throws ModelRejectedException {
    int top = stack.layers() - 1;
    int units = stack.hiddenSize(top);
    Panels weights = PanelTensors.find(file, WEIGHTS, outputs, units, DataType.F32, DataType.BF16);
    long bias = PanelTensors.findRow(file, BIAS, weights.blocks());
    Panels candidates =
        file.find(CANDIDATES).isPresent()
            ? PanelTensors.find(file, CANDIDATES, outputs, units, DataType.I8)
            : null;
    double largest = 0;
    if (candidates != null) {
      checkScales(file, candidates, outputs, pace);
      largest = largestOf(file, bias, outputs, pace);
    }
    return new OutputLayer(
        stack.kernels(), file.data(), weights, bias, candidates, stack.hiddenOffset(top), largest);
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

  /** The same layer on other kernels. */
  OutputLayer on(Kernels others) {
    return new OutputLayer(others, file, weights, bias, candidates, hidden, largestBias);
  }

  /** A scale below zero would turn the bounds of its candidate around. */
  private static void checkScales(WeightFile file, Panels candidates, int outputs, Pace pace)
      throws ModelRejectedException {
    for (int i = 0; i < outputs; i++) {
      if (i % SLICE == 0) {
        pace.pause();
      }
      float scale =
          file.data().get(LittleEndian.FLOAT, candidates.scales() + (long) i * Float.BYTES);
      if (scale < 0) {
        throw new ModelRejectedException(
            file.path(),
            Reason.VALUE_RANGE,
            "tensor \""
                + PanelTensors.scalesName(CANDIDATES)
                + "\": found "
                + scale
                + " as element "
                + i
                + ", expected 0 or more");
      }
    }
  }

  /** Adds the tensors of an output layer: outputs × units weights, and the biases. */
  static void add(WeightFileWriter writer, FloatMatrix matrix, float[] biases, WeightTypes types) {
    int outputs = matrix.rows();
    addWeights(writer, outputs, matrix.columns(), matrix::at, types);
    int blocks = Panels.blocksOf(outputs);
    writer.tensor(
        BIAS,
        DataType.F32,
        output -> {
          for (int i = 0; i < blocks * BLOCK; i++) {
            output.putFloat(i < outputs ? biases[i] : 0);
          }
        },
        blocks,
        BLOCK);
  }

  /**
   * Adds the weights, and the candidates of what they are when they are stored: {@link
   * #errorFactor} bounds the distance between these two.
   */
  static void addWeights(
      WeightFileWriter writer,
      int outputs,
      int units,
      PanelTensors.Matrix weights,
      WeightTypes types) {
    PanelTensors.add(writer, WEIGHTS, types.output(), outputs, units, weights);
    if (types.candidates()) {
      PanelTensors.Matrix stored =
          types.output() == DataType.BF16
              ? (row, input) -> TensorOutput.bfloat16(weights.at(row, input))
              : weights;
      PanelTensors.add(writer, CANDIDATES, DataType.I8, outputs, units, stored);
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

  /** The offset of the biases in the file. */
  long bias() {
    return bias;
  }

  /** The offset of the inputs in a state. */
  long hidden() {
    return hidden;
  }

  /** {@return the number of blocks, the last of which may be padded} */
  public int blocks() {
    return weights.blocks();
  }

  /** {@return whether there are candidates to search with} */
  public boolean hasCandidates() {
    return candidates != null;
  }

  /**
   * Computes the size of scratch for sums.
   *
   * @param blocks for how many blocks
   * @return the bytes of the floats of each
   */
  public static long scoresBytes(int blocks) {
    return blocks * Panels.ROW_BYTES;
  }

  /**
   * Allocates scratch for sums.
   *
   * @param blocks for how many blocks
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
   * @throws IllegalStateException if the weight file is closed
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
   * @throws IllegalStateException if the weight file is closed
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
   * @throws IllegalStateException if the weight file is closed
   */
  public void score(MemorySegment state, int[] indices, int from, MemorySegment scores) {
    for (int i = 0; i < TOGETHER; i++) {
      float start = file.get(LittleEndian.FLOAT, bias + (long) indices[from + i] * Float.BYTES);
      scores.setAtIndex(LittleEndian.FLOAT, i, start);
    }
    kernels.addRowProducts(weights, indices, from, state, hidden, scores, 0);
  }

  /**
   * Computes by how much the sum of a candidate can be off, as a factor of its {@link #scale}.
   *
   * <p>A weight in eight bits is off by at most half a step of 2²⁴ scales, so a sum is off by at
   * most ‖h‖₁ half steps; what rounding in floats adds to either sum of n products of weights up to
   * 128 steps is below (n + 8) · 2⁻²⁴ · 128 · ‖h‖₁ steps each.
   *
   * @param state a state of the stack below
   * @return the factor
   */
  public float errorFactor(MemorySegment state) {
    double norm = 0;
    // All inputs of the product, also those behind the declared size: nobody says they are 0.
    for (int i = 0; i < weights.inputs(); i++) {
      norm += Math.abs(state.get(LittleEndian.FLOAT, hidden + (long) i * Float.BYTES));
    }
    double steps = 0.5 + 2 * (weights.inputs() + 8) * UNIT * 128;
    return (float) (norm * steps * 0x1p24 * (1 + 16 * UNIT));
  }

  /**
   * {@return by how much the sum of an item and that of its candidate can differ beyond {@link
   * #errorFactor}: what rounding makes of the biases, and rows whose weights are negligible}
   */
  public float slack() {
    return (float)
        (4 * (weights.inputs() + 8) * UNIT * largestBias
            + 2.0 * weights.inputs() * PanelTensors.NEGLIGIBLE);
  }

  /**
   * Bounds the sums of consecutive blocks from above with the candidates, {@link #slack} aside.
   *
   * @param state a state of the stack below
   * @param errorFactor the state's {@link #errorFactor}
   * @param first the first block
   * @param count the number of blocks
   * @param bounds receives count × 64 floats at offset 0
   * @throws IllegalStateException if there are no candidates, or the weight file is closed
   */
  public void upperBounds(
      MemorySegment state, float errorFactor, int first, int count, MemorySegment bounds) {
    Panels panels = candidates();
    long row = first * Panels.ROW_BYTES;
    kernels.copyRow(file, bias + row, count * GROUPS, bounds, 0);
    kernels.addProduct(panels, first, count, state, hidden, bounds, 0);
    kernels.addRow(file, panels.scales() + row, count * GROUPS, errorFactor, bounds, 0);
  }

  /**
   * Returns the scale of a candidate.
   *
   * @param index the item
   * @return the weight of a unit in the last place of a word, not negative
   */
  public float scale(int index) {
    return file.get(LittleEndian.FLOAT, candidates().scales() + (long) index * Float.BYTES);
  }

  private Panels candidates() {
    Panels panels = candidates;
    if (panels == null) {
      throw new IllegalStateException("the weight file has no candidates");
    }
    return panels;
  }

  /**
   * Finds the first group of scores with one above a threshold.
   *
   * @param scores what {@link #score} or {@link #upperBounds} wrote
   * @param from the group to start at, counted from the first in {@code scores}
   * @param to the group to stop before
   * @param threshold what a score must exceed; no NaN does
   * @return the group, or {@code to} if there is none
   */
  public int firstGroupAbove(MemorySegment scores, int from, int to, float threshold) {
    return kernels.firstGroupAbove(scores, from, to, threshold);
  }
}
