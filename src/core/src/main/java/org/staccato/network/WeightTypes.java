package org.staccato.network;

import org.staccato.format.DataType;

/**
 * The types in which the matrices of a network are stored. Biases and the folded inputs of items
 * are always F32, and so are all sums.
 *
 * @param input the type of the layers' input weights: F32, BF16 or I8
 * @param recurrent the type of the layers' recurrent weights: F32, BF16 or I8
 * @param output the type of the output weights: F32 or BF16
 * @param candidates whether the output weights are there a second time in I8, with which a ranking
 *     finds the few items whose exact scores it then needs
 */
public record WeightTypes(DataType input, DataType recurrent, DataType output, boolean candidates) {

  /** Everything in F32. */
  public static final WeightTypes F32 =
      new WeightTypes(DataType.F32, DataType.F32, DataType.F32, false);

  /** Everything in BF16: half the bytes. */
  public static final WeightTypes BF16 =
      new WeightTypes(DataType.BF16, DataType.BF16, DataType.BF16, false);

  /** Layers in I8, a quarter of the bytes; the output exact in F32, found by I8. */
  public static final WeightTypes I8 =
      new WeightTypes(DataType.I8, DataType.I8, DataType.F32, true);

  /**
   * Checks the types.
   *
   * @throws IllegalArgumentException if one is not allowed
   */
  public WeightTypes {
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
}
