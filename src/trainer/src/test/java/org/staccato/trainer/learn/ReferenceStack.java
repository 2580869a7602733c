package org.staccato.trainer.learn;

import java.util.ArrayList;
import java.util.List;
import org.staccato.export.ReferenceLayer;
import org.staccato.model.StateField;
import org.staccato.model.Weights;

/** The core's reference layers for one stream, with states that can be kept and restored. */
final class ReferenceStack {
  private final Weights weights;
  private final List<ReferenceLayer> layers = new ArrayList<>();

  /** Starts a sequence. */
  ReferenceStack(Weights weights) {
    this.weights = weights;
    for (int number = 0; number < weights.specification().layers().size(); number++) {
      layers.add(ReferenceLayer.of(weights, number));
    }
  }

  /** Continues from states. */
  ReferenceStack(Weights weights, double[][][] states) {
    this(weights);
    for (int number = 0; number < states.length; number++) {
      List<StateField> fields = fields(number);
      for (int field = 0; field < fields.size(); field++) {
        double[] target = layers.get(number).field(fields.get(field).name());
        System.arraycopy(states[number][field], 0, target, 0, target.length);
      }
    }
  }

  private List<StateField> fields(int number) {
    return weights.specification().layers().get(number).state();
  }

  List<ReferenceLayer> layers() {
    return layers;
  }

  /** Copies the fields of each layer. */
  double[][][] states() {
    double[][][] states = new double[layers.size()][][];
    for (int number = 0; number < states.length; number++) {
      ReferenceLayer layer = layers.get(number);
      states[number] =
          fields(number).stream()
              .map(field -> layer.field(field.name()).clone())
              .toArray(double[][]::new);
    }
    return states;
  }

  /** The states of several streams at the start of a sequence. */
  static double[][][][] newStates(Weights weights, int streams) {
    double[][][][] states = new double[streams][][][];
    for (int stream = 0; stream < streams; stream++) {
      states[stream] = new ReferenceStack(weights).states();
    }
    return states;
  }
}
