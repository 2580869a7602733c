package org.staccato.network;

import java.util.List;
import java.util.NoSuchElementException;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.WeightFile;
import org.staccato.kernel.Panels;
import org.staccato.model.Layer;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;

/**
 * The places of the parameters of a layer in a weight file, and of its fields in a state.
 *
 * @param file an open weight file
 * @param number the number of the layer
 * @param layer the layer
 * @param folded whether its input arrives as a row of sums, the product with its input weights
 *     included
 * @param fields the fields of all layers in a state
 * @param sums the offset of the sums that are prepared for its next step in a state
 * @param kept the place of the vector that is kept for it, if it is a residual connection
 */
record LayerPlace(
    WeightFile file,
    int number,
    Layer layer,
    boolean folded,
    List<StateLayout.Field> fields,
    long sums,
    KeptVector kept) {

  private static final DataType[] TYPES = {DataType.F32, DataType.BF16, DataType.I8};

  /** Finds a matrix. */
  Panels matrix(String name) throws ModelRejectedException {
    Parameter matrix = parameter(name);
    int rows = RowOrder.of(layer, matrix).blocks() * Panels.ROWS;
    return PanelTensors.find(file, inFile(name), rows, matrix.columns(), TYPES);
  }

  /** Finds the offset of a vector. */
  long vector(String name) throws ModelRejectedException {
    RowOrder order = RowOrder.of(layer, parameter(name));
    return PanelTensors.findRow(file, inFile(name), order.blocks());
  }

  private Parameter parameter(String name) {
    for (Parameter parameter : layer.parameters()) {
      if (parameter.name().equals(name)) {
        return parameter;
      }
    }
    throw new NoSuchElementException("layer " + number + " has no parameter " + name);
  }

  /** Returns the offset of one of the layer's fields in a state. */
  long field(String name) {
    return StateLayout.find(fields, number, name).offset();
  }

  private String inFile(String parameter) {
    return ModelSpecification.layerName(number, parameter);
  }
}
