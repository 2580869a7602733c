package org.staccato.network;

import java.util.List;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.WeightFile;
import org.staccato.kernel.Panels;
import org.staccato.model.ModelSpecification;

/**
 * The places of the parameters of a layer in a weight file, and of its fields in a state.
 *
 * @param file an open weight file
 * @param number the number of the layer
 * @param order the order of its rows
 * @param folded whether its input arrives as a row of sums, the product with its input weights
 *     included
 * @param fields the fields of all layers in a state
 * @param sums the offset of the sums that are prepared for its next step in a state
 */
record LayerPlace(
    WeightFile file,
    int number,
    RowOrder order,
    boolean folded,
    List<StateLayout.Field> fields,
    long sums) {

  private static final DataType[] TYPES = {DataType.F32, DataType.BF16, DataType.I8};

  /** Finds a matrix. */
  Panels matrix(String parameter, int inputs) throws ModelRejectedException {
    return PanelTensors.find(file, name(parameter), order.blocks() * Panels.ROWS, inputs, TYPES);
  }

  /** Finds the offset of a vector. */
  long vector(String parameter) throws ModelRejectedException {
    return PanelTensors.findRow(file, name(parameter), order.blocks());
  }

  /** Returns the offset of one of the layer's fields in a state. */
  long field(String name) {
    return StateLayout.find(fields, number, name).offset();
  }

  /** Returns the name of one of the layer's parameters. */
  String name(String parameter) {
    return ModelSpecification.layerName(number, parameter);
  }
}
