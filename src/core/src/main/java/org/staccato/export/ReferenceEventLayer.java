package org.staccato.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.staccato.model.EventAttribute;
import org.staccato.model.Gru;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Weights;

/**
 * The lowest recurrent layer of a network that takes attributes of events, in double precision: a
 * layer whose input ends with a one-hot vector for each attribute.
 */
public final class ReferenceEventLayer implements ReferenceLayer {
  private final List<EventAttribute> attributes;
  private final ReferenceLayer layer;
  private final int[] values;

  ReferenceEventLayer(Weights weights, int number) {
    ModelSpecification specification = weights.specification();
    attributes = specification.attributes();
    values = new int[attributes.size()];
    OneHotInput input = new OneHotInput(weights);
    layer =
        switch (specification.lowestRecurrent()) {
          case Lstm lstm -> new ReferenceLstm(weights, number, lstm, input);
          case Gru gru -> new ReferenceGru(weights, number, gru, input);
        };
  }

  /**
   * Sets the attributes of the next step's event; without a call they are unknown.
   *
   * @param event the value of each attribute
   */
  public void setEvent(int... event) {
    System.arraycopy(event, 0, values, 0, values.length);
  }

  @Override
  public double[] step(List<double[]> taken) {
    double[] x = taken.getLast();
    int oneHot = attributes.stream().mapToInt(EventAttribute::values).sum();
    double[] longer = Arrays.copyOf(x, x.length + oneHot);
    int at = x.length;
    for (int i = 0; i < values.length; i++) {
      longer[at + values[i]] = 1;
      at += attributes.get(i).values();
    }
    Arrays.fill(values, EventAttribute.UNKNOWN);
    List<double[]> changed = new ArrayList<>(taken);
    changed.set(changed.size() - 1, longer);
    return layer.step(changed);
  }

  @Override
  public double[] field(String name) {
    return layer.field(name);
  }
}
