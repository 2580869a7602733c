package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.staccato.format.ItemKeys;
import org.staccato.model.Activation;
import org.staccato.model.FeatureInput;
import org.staccato.model.Head;
import org.staccato.model.Input;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Prediction;
import org.staccato.model.Ranking;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.kernel.Matrix;

/** Ranges, first values and export of parameters, and the networks that are rejected. */
class ParameterArrayTest {
  private static final double EMBEDDING_SCALE = 3;

  private final long seed = RandomSeed.fresh();

  private static ParameterArray of(int items, int width, List<Integer> units, boolean tied) {
    ItemInput input = new ItemInput(items, width, ItemKeys.Kind.LONG);
    return new ParameterArray(NextItemNetwork.of(input, units, tied), EMBEDDING_SCALE);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, true", "15, 16, false", "16, 15, false", "17, 17, true", "31, 13, false"})
  void placesFollowEachOtherWithoutOverlap(int items, int size, boolean tied) {
    ParameterArray parameters = of(items, size, List.of(19, size), tied);
    int end = 0;
    for (ParameterRange range : parameters.ranges()) {
      String name = range.parameter().name();
      assertEquals(end, range.offset(), name);
      assertTrue(range.size() >= range.parameter().elements(), name);
      assertEquals(0, range.size() % Matrix.PADDING, name);
      assertEquals(range.parameter().decays(), range.offset() < parameters.decaying(), name);
      end += range.size();
    }
    assertEquals(parameters.size(), end);
  }

  /**
   * Draws, sums of gradients and splits among threads follow this order, so another order gives
   * other weights.
   */
  @Test
  void theOrderOfTheArrayIsFixed() {
    List<String> names = new ArrayList<>();
    of(9, 5, List.of(6, 7), false).ranges().forEach(range -> names.add(range.parameter().name()));
    assertEquals(
        List.of(
            "input.embedding",
            "head.next.weights",
            "layer.0.input",
            "layer.0.recurrent",
            "layer.1.input",
            "layer.1.recurrent",
            "layer.0.bias",
            "layer.1.bias",
            "head.next.bias"),
        names);
  }

  @Test
  void everyElementComesOutOfItsOwnPlace() {
    ParameterArray parameters = of(19, 5, List.of(17, 3), false);
    float[] values = new float[parameters.size()];
    float next = 1;
    for (Parameter parameter : parameters.specification().parameters()) {
      ParameterRange range = parameters.range(parameter.name());
      Matrix stored = range.matrix(values);
      int blocks = range.layout().blocks();
      int blockRows = parameter.rows() / blocks;
      for (int row = 0; row < parameter.rows(); row++) {
        int padded = row / blockRows * Matrix.padded(blockRows) + row % blockRows;
        for (int column = 0; column < parameter.columns(); column++) {
          int at =
              range.layout().transposed()
                  ? stored.index(column, padded)
                  : stored.index(padded, column);
          assertEquals(0, values[at], "a place of its own");
          values[at] = next++;
        }
      }
    }
    float expected = 1;
    for (float[] elements : WeightArrays.of(parameters.export(values)).byName().values()) {
      for (float element : elements) {
        assertEquals(expected++, element);
      }
    }
    Padding.requireZeros(parameters, values);
  }

  @Test
  void firstValuesHaveTheirDistributions() {
    ParameterArray parameters = of(500, 40, List.of(50, 60), false);
    float[] values = parameters.initialise(seed);
    Padding.requireZeros(parameters, values);
    WeightArrays arrays = WeightArrays.of(parameters.export(values));
    requireDeviation(EMBEDDING_SCALE / Math.sqrt(40), arrays.get("input.embedding"));
    requireDeviation(EMBEDDING_SCALE / Math.sqrt(60), arrays.get("head.next.weights"));
    for (int number = 0; number < 2; number++) {
      int units = number == 0 ? 50 : 60;
      double bound = 1 / Math.sqrt(units);
      for (String name : List.of("input", "recurrent")) {
        float[] elements = arrays.get("layer." + number + "." + name);
        requireDeviation(bound / Math.sqrt(3), elements);
        for (float element : elements) {
          assertTrue(Math.abs(element) <= (float) bound, "seed " + seed);
        }
      }
      float[] bias = arrays.get("layer." + number + ".bias");
      for (int row = 0; row < bias.length; row++) {
        assertEquals(row / units == 1 ? 1 : 0, bias[row], "only forget biases are 1");
      }
    }
    for (float bias : arrays.get("head.next.bias")) {
      assertEquals(0, bias);
    }
  }

  private void requireDeviation(double expected, float[] elements) {
    double squares = 0;
    for (float element : elements) {
      squares += (double) element * element;
    }
    // The standard error of an estimate from n values is below deviation/√(2n); allow six of these.
    double deviation = Math.sqrt(squares / elements.length);
    assertEquals(
        expected, deviation, 6 * expected / Math.sqrt(2.0 * elements.length), "seed " + seed);
  }

  @Test
  void otherSeedsGiveOtherValues() {
    ParameterArray parameters = of(9, 5, List.of(5), true);
    assertEquals(parameters.initialise(seed)[0], parameters.initialise(seed)[0]);
    assertFalse(parameters.initialise(seed)[0] == parameters.initialise(seed + 1)[0]);
  }

  @Test
  void refusesWhatHasNoPass() {
    Input items = new ItemInput(9, 4, ItemKeys.Kind.LONG);
    Ranking ranking = new Ranking("next", 5, 9, false);
    Prediction prediction = new Prediction("rating", 5, 1, Activation.LINEAR);
    refuse(
        "input: found 4 features, expected items: the trainer learns from sequences of items",
        new FeatureInput(4),
        new Lstm(4, 5),
        prediction);
    refuse(
        "head \"rating\": found a prediction, expected a ranking: the trainer learns what comes"
            + " next",
        items,
        new Lstm(4, 5),
        prediction);
    refuse(
        "heads: found [next, rating], expected one ranking: the trainer learns one head",
        items,
        new Lstm(4, 5),
        ranking,
        prediction);
  }

  private static void refuse(String sentence, Input input, Layer layer, Head... heads) {
    ModelSpecification network = new ModelSpecification(input, List.of(layer), List.of(heads));
    assertEquals(
        sentence,
        assertThrows(IllegalArgumentException.class, () -> new ParameterArray(network, 1))
            .getMessage());
  }

  @Test
  void refusesNetworksThatDoNotFitAnArray() {
    assertEquals(
        "network: found 25700525312 weights, expected less than 2³¹ with padding: choose smaller"
            + " sizes",
        assertThrows(IllegalArgumentException.class, () -> of(100_000_000, 256, List.of(256), true))
            .getMessage());
  }
}
