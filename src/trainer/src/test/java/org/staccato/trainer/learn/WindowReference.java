package org.staccato.trainer.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.staccato.export.ReferenceEventLayer;
import org.staccato.export.ReferenceLayer;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Ranking;
import org.staccato.model.Weights;
import org.staccato.trainer.kernel.Matrix;

/**
 * A network over a window of events in double precision, with dropout: the core's reference layers,
 * one stream, one event at a time. Its gradient is computed by finite differences.
 */
final class WindowReference {
  private final WeightArrays arrays;
  private final Weights weights;

  private final ValueObjective.@Nullable Loss valueLoss;

  /** Starts from copies of weights; the loss is the cross-entropy over the catalogue. */
  WindowReference(Weights weights) {
    this(weights, null);
  }

  /** Starts from copies of weights, with a loss of the target's score, or null. */
  WindowReference(Weights weights, ValueObjective.@Nullable Loss valueLoss) {
    this.valueLoss = valueLoss;
    arrays = WeightArrays.of(weights);
    this.weights = Weights.of(weights.specification(), arrays.byName());
  }

  /** The elements of each parameter; a change of one changes the network. */
  WeightArrays arrays() {
    return arrays;
  }

  /** The states at the start of a sequence. */
  double[][][][] newStates(int streams) {
    return ReferenceStack.newStates(weights, streams);
  }

  private ModelSpecification specification() {
    return weights.specification();
  }

  /**
   * Sums the losses of a window.
   *
   * @param states the states of the streams, each replaced by the state after the window
   * @param masks the factors of dropout: of the embedding, then of each layer's output; padded rows
   */
  double loss(Window window, double[][][][] states, float[][] masks) {
    double loss = 0;
    for (int stream = 0; stream < window.streams; stream++) {
      ReferenceStack stack = new ReferenceStack(weights, states[stream]);
      for (int step = 0; step < window.steps; step++) {
        int row = step * window.streams + stream;
        if (window.starts[row]) {
          stack = new ReferenceStack(weights);
        }
        if (window.inputs[row] != Window.NONE) {
          setEvent(window, stack.layers(), row);
          double[] hidden = advance(window.inputs[row], stack.layers(), masks, row);
          loss +=
              valueLoss == null
                  ? crossEntropy(hidden, window.targets[row])
                  : valueLoss.of(score(hidden, window.targets[row]), window.values[row]);
        }
      }
      states[stream] = stack.states();
    }
    return loss;
  }

  private static void setEvent(Window window, List<ReferenceLayer> layers, int row) {
    for (ReferenceLayer layer : layers) {
      if (layer instanceof ReferenceEventLayer lowest) {
        lowest.setEvent(Arrays.stream(window.attributes).mapToInt(each -> each[row]).toArray());
      }
    }
  }

  private double[] advance(int item, List<ReferenceLayer> layers, float[][] masks, int row) {
    double[] x = new double[specification().itemInput().width()];
    for (int i = 0; i < x.length; i++) {
      x[i] = weights.embedding().at(item, i);
    }
    mask(x, masks[0], row);
    List<double[]> taken = new ArrayList<>(List.of(x));
    for (int number = 0; number < layers.size(); number++) {
      double[] output = layers.get(number).step(taken);
      mask(output, masks[number + 1], row);
      taken.add(output);
    }
    return taken.getLast();
  }

  private static void mask(double[] x, float[] mask, int row) {
    int padded = Matrix.padded(x.length);
    for (int i = 0; i < x.length; i++) {
      x[i] *= mask[row * padded + i];
    }
  }

  private double score(double[] hidden, int item) {
    Ranking ranking = specification().ranking();
    double score = weights.biasOf(ranking).at(item, 0);
    for (int i = 0; i < hidden.length; i++) {
      score += weights.matrixOf(ranking).at(item, i) * hidden[i];
    }
    return score;
  }

  private double crossEntropy(double[] hidden, int target) {
    Ranking ranking = specification().ranking();
    double[] scores = new double[ranking.items()];
    double sum = 0;
    for (int item = 0; item < scores.length; item++) {
      scores[item] = score(hidden, item);
      sum += Math.exp(scores[item]);
    }
    return Math.log(sum) - scores[target];
  }
}
