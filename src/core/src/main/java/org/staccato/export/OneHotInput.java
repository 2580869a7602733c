package org.staccato.export;

import java.util.ArrayList;
import java.util.List;
import org.staccato.model.EventAttribute;
import org.staccato.model.FloatMatrix;
import org.staccato.model.ModelSpecification;
import org.staccato.model.RecurrentLayer;
import org.staccato.model.Weights;

/**
 * The input weights of the lowest recurrent layer, followed by the columns of all values of each
 * attribute: they multiply the layer's input with the attributes as one-hot vectors behind it.
 */
final class OneHotInput implements FloatMatrix {
  private final List<FloatMatrix> parts = new ArrayList<>();
  private final int columns;

  OneHotInput(Weights weights) {
    ModelSpecification specification = weights.specification();
    parts.add(weights.ofLayer(specification.lowestRecurrentNumber(), RecurrentLayer.INPUT));
    for (EventAttribute attribute : specification.attributes()) {
      parts.add(weights.get(ModelSpecification.attributeName(attribute)));
    }
    columns = parts.stream().mapToInt(FloatMatrix::columns).sum();
  }

  @Override
  public int rows() {
    return parts.getFirst().rows();
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public float at(int row, int column) {
    int rest = column;
    int part = 0;
    while (rest >= parts.get(part).columns()) {
      rest -= parts.get(part++).columns();
    }
    return parts.get(part).at(row, rest);
  }
}
