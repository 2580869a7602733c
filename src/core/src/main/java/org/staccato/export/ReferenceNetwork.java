package org.staccato.export;

import java.util.ArrayList;
import java.util.List;
import org.staccato.model.Activation;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Head;
import org.staccato.model.Layer;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Prediction;
import org.staccato.model.Weights;

/**
 * A network in double precision over the unpacked weights, straight from the formulas that {@link
 * org.staccato.model} documents: the golden samples of a weight file are its answers, and tests
 * compare with it. Slow; confined to one thread.
 */
public final class ReferenceNetwork {
  private final Weights weights;
  private final List<ReferenceLayer> layers = new ArrayList<>();
  private double[] output;

  /**
   * Makes a network at the start of a sequence.
   *
   * @param weights the weights, which must not change
   */
  public ReferenceNetwork(Weights weights) {
    ModelSpecification specification = weights.specification();
    this.weights = weights;
    for (int number = 0; number < specification.layers().size(); number++) {
      layers.add(ReferenceLayer.of(weights, number));
    }
    // Before the first step the output of a last layer without a state is zeros.
    output = new double[specification.width()];
  }

  /**
   * Takes an item with the attributes of its event.
   *
   * @param item the index of the item
   * @param values the value of each attribute of the network; none if all are unknown
   * @throws IllegalArgumentException if the network takes features
   */
  public void step(int item, int... values) {
    if (values.length > 0
        && layers.get(weights.specification().lowestRecurrentNumber())
            instanceof ReferenceEventLayer layer) {
      layer.setEvent(values);
    }
    step(weights.embedding(), item);
  }

  /**
   * Takes the row of a matrix as the vector of the lowest layer.
   *
   * @param vectors the matrix
   * @param row its row
   */
  public void step(FloatMatrix vectors, int row) {
    double[] x = new double[vectors.columns()];
    for (int i = 0; i < x.length; i++) {
      x[i] = vectors.at(row, i);
    }
    List<double[]> taken = new ArrayList<>(List.of(x));
    for (ReferenceLayer layer : layers) {
      taken.add(layer.step(taken));
    }
    output = taken.getLast();
  }

  /**
   * Reads a field of a layer's state.
   *
   * @param layer the number of the layer, 0 for the lowest
   * @param name the name of the field, one of {@link Layer#state}
   * @return its elements, a copy
   */
  public double[] field(int layer, String name) {
    return layers.get(layer).field(name).clone();
  }

  /** {@return the output of the last layer, a copy} */
  public double[] output() {
    return output.clone();
  }

  /**
   * Computes a sum of a head.
   *
   * @param head one of the heads
   * @param index the item or the output
   * @return its sum, which for an item is its score
   */
  public double score(Head head, int index) {
    FloatMatrix matrix = weights.matrixOf(head);
    double sum = 0;
    for (int i = 0; i < output.length; i++) {
      sum += matrix.at(index, i) * output[i];
    }
    return weights.biasOf(head).at(index, 0) + sum;
  }

  /**
   * Computes the outputs of a prediction.
   *
   * @param head one of the heads
   * @return all sums, activated
   */
  public double[] predict(Prediction head) {
    double[] results = new double[head.outputs()];
    double greatest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < results.length; i++) {
      results[i] = score(head, i);
      greatest = Math.max(greatest, results[i]);
    }
    double total = 0;
    for (int i = 0; i < results.length; i++) {
      results[i] =
          switch (head.activation()) {
            case LINEAR -> results[i];
            case SIGMOID -> Formulas.sigmoid(results[i]);
            case SOFTMAX -> Math.exp(results[i] - greatest);
          };
      total += results[i];
    }
    for (int i = 0; head.activation() == Activation.SOFTMAX && i < results.length; i++) {
      results[i] /= total;
    }
    return results;
  }
}
