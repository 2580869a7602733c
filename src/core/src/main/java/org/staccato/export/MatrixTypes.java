package org.staccato.export;

import org.staccato.format.DataType;
import org.staccato.model.Parameter;
import org.staccato.model.RecurrentLayer;

/**
 * The types in which a weight file holds the matrices of a network. Vectors and the folded rows of
 * items are always F32, and so are all sums.
 *
 * @param input the type of the layers' matrices that are not recurrent, such as input weights: F32,
 *     BF16 or I8
 * @param recurrent the type of the layers' recurrent weights: F32, BF16 or I8
 * @param output the type of the heads' weights: F32 or BF16
 * @param coarse whether the file holds the weights of a ranking a second time in I8, the coarse
 *     weights, with which a ranking finds the few items whose exact scores it needs
 */
public record MatrixTypes(DataType input, DataType recurrent, DataType output, boolean coarse) {

  /** Everything in F32. */
  public static final MatrixTypes F32 =
      new MatrixTypes(DataType.F32, DataType.F32, DataType.F32, false);

  /** Everything in BF16: half the bytes. */
  public static final MatrixTypes BF16 =
      new MatrixTypes(DataType.BF16, DataType.BF16, DataType.BF16, false);

  /** Layers in I8, a quarter of the bytes; rankings exact in F32, found by I8. */
  public static final MatrixTypes I8 =
      new MatrixTypes(DataType.I8, DataType.I8, DataType.F32, true);

  /**
   * Checks the types.
   *
   * @throws IllegalArgumentException if one is not allowed
   */
  public MatrixTypes {
    require("input", input, true);
    require("recurrent", recurrent, true);
    require("output", output, false);
  }

  private static void require(String name, DataType type, boolean bytes) {
    if (type != DataType.F32 && type != DataType.BF16 && !(bytes && type == DataType.I8)) {
      throw new IllegalArgumentException(
          name
              + " weights: found "
              + type
              + ", expected F32"
              + (bytes ? ", BF16 or I8" : " or BF16"));
    }
  }

  /** Returns the type of a layer's matrix. */
  DataType of(Parameter matrix) {
    return matrix.localName().equals(RecurrentLayer.RECURRENT) ? recurrent : input;
  }
}
