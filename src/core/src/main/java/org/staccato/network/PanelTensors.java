package org.staccato.network;

import java.util.List;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.kernel.Panels;
import org.staccato.kernel.WeightType;

/** Finds matrices in {@link Panels} and vectors in a weight file. */
public final class PanelTensors {
  private PanelTensors() {}

  /**
   * Composes the name of the scales of a matrix in eight bits.
   *
   * @param name the name of the matrix
   * @return the name of the tensor
   */
  public static String scalesName(String name) {
    return name + ".scales";
  }

  /**
   * Computes the shape of a matrix's tensor.
   *
   * @param type F32, BF16 or I8
   * @param blocks the number of blocks of rows
   * @param inputs the number of inputs, without padding
   * @return the dimensions
   */
  public static long[] shape(DataType type, int blocks, int inputs) {
    int perWord = weightType(type).inputsPerWord();
    int words = Panels.padded(inputs) / perWord;
    return perWord == 1
        ? new long[] {blocks, words, Panels.ROWS}
        : new long[] {blocks, words, Panels.ROWS, perWord};
  }

  /**
   * Returns the type of weights in panels for the type of a tensor.
   *
   * @param type F32, BF16 or I8
   * @return the type of the weights in panels
   * @throws IllegalArgumentException if it is another type
   */
  public static WeightType weightType(DataType type) {
    return switch (type) {
      case F32 -> WeightType.F32;
      case BF16 -> WeightType.BF16;
      case I8 -> WeightType.I8;
      default -> throw new IllegalArgumentException("weights: found " + type);
    };
  }

  /** Finds a matrix of one of some types, with a number of rows and inputs. */
  static Panels find(WeightFile file, String name, int rows, int inputs, DataType... allowed)
      throws ModelRejectedException {
    DataType type = file.find(name).map(Tensor::type).orElse(DataType.F32);
    boolean fits = false;
    for (DataType each : allowed) {
      fits |= each == type;
    }
    if (!fits) {
      throw new ModelRejectedException(
          file.path(),
          Reason.TENSOR_TYPE,
          "tensor \"" + name + "\": found " + type + ", expected one of " + List.of(allowed));
    }
    int blocks = Panels.blocksOf(rows);
    long offset = file.require(name, type, shape(type, blocks, inputs)).offset();
    long scales =
        type == DataType.I8
            ? file.require(scalesName(name), DataType.F32, blocks, Panels.ROWS).offset()
            : 0;
    return new Panels(file.data(), weightType(type), offset, scales, blocks, Panels.padded(inputs));
  }

  /**
   * Finds a matrix that can be packed again: weights in I8 were rounded to their scales.
   *
   * @param file the weight file
   * @param matrix its tensor
   * @return the panels
   * @throws ModelRejectedException if the type or the shape is not that of such a matrix
   */
  public static Panels find(WeightFile file, Tensor matrix) throws ModelRejectedException {
    int rows = Math.toIntExact(matrix.shape().getFirst() * Panels.ROWS);
    int inputs = Math.toIntExact(matrix.elements() / rows);
    return find(file, matrix.name(), rows, inputs, DataType.F32, DataType.BF16);
  }

  /** Finds a row of floats for all rows of some blocks. */
  static long findRow(WeightFile file, String name, int blocks) throws ModelRejectedException {
    return file.require(name, DataType.F32, blocks, Panels.ROWS).offset();
  }
}
