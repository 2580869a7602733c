package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.format.ItemKeys;
import org.staccato.model.EventAttribute;
import org.staccato.model.FloatMatrix;
import org.staccato.model.ItemInput;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Weights;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.learn.NextItemNetwork.Block;
import org.staccato.trainer.learn.NextItemNetwork.Cell;

/** Weights that a training takes over, and items that come and go. */
class StartingPointTest {
  private static final int WIDTH = 9;
  private static final Block BLOCK = new Block(Cell.GRU, true, true, 0, 2, 0);

  private final long seed = RandomSeed.fresh();

  private static ModelSpecification network(int items, boolean tied) {
    ItemInput input = new ItemInput(items, WIDTH, ItemKeys.Kind.LONG, Kinds.attributes());
    return NextItemNetwork.of(input, List.of(WIDTH), tied, BLOCK);
  }

  private Weights earlier(int items, boolean tied) {
    ParameterArray parameters = new ParameterArray(network(items, tied), 1);
    LearntWeights learnt = new LearntWeights(parameters, seed);
    ParameterRange bias = RankingRanges.of(parameters).bias();
    for (int item = 0; item < items; item++) {
      learnt.values[bias.offset() + item] = item;
    }
    for (EventAttribute attribute : Kinds.attributes()) {
      // The weights of attributes start at 0.
      learnt.values[parameters.range(ModelSpecification.attributeName(attribute)).offset()] = 3.5f;
    }
    return learnt.export();
  }

  private Weights resumed(int items, boolean tied, Weights earlier, int... rows) {
    ParameterArray parameters = new ParameterArray(network(items, tied), 1);
    StartingPoint start = new StartingPoint(earlier, rows);
    return new LearntWeights(parameters, seed + 1, start).export();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theSameItemsGiveTheSameWeights(boolean tied) {
    Weights earlier = earlier(19, tied);
    Weights resumed = resumed(19, tied, earlier, IntStream.range(0, 19).toArray());
    WeightArrays expected = WeightArrays.of(earlier);
    WeightArrays.of(resumed)
        .byName()
        .forEach((name, values) -> assertArrayEquals(expected.get(name), values, name));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itemsMoveComeAndGo(boolean tied) {
    Weights earlier = earlier(5, tied);
    Weights resumed = resumed(4, tied, earlier, 3, StartingPoint.NEW, 0, 4);
    for (String name : List.of("input.embedding", "head.next.weights")) {
      if (!tied || name.startsWith("input")) {
        FloatMatrix before = earlier.get(name);
        FloatMatrix after = resumed.get(name);
        assertArrayEquals(row(before, 3), row(after, 0));
        assertArrayEquals(row(before, 0), row(after, 2));
        assertArrayEquals(row(before, 4), row(after, 3));
        for (int old = 0; old < 5; old++) {
          assertTrue(!Arrays.equals(row(before, old), row(after, 1)), "a row of its own");
        }
        assertTrue(row(after, 1)[0] != 0);
      }
    }
    float[] biases = WeightArrays.of(resumed).get("head.next.bias");
    assertArrayEquals(new float[] {3, 2, 0, 4}, biases, "the new item has the mean");
  }

  private static float[] row(FloatMatrix matrix, int row) {
    float[] values = new float[matrix.columns()];
    for (int column = 0; column < values.length; column++) {
      values[column] = matrix.at(row, column);
    }
    return values;
  }

  @Test
  void anotherNetworkIsRefused() {
    Trainer trainer = new Trainer(network(5, true), TrainingOptions.forLongSequences());
    StartingPoint untied = new StartingPoint(earlier(5, false), new int[5]);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> trainer.startFrom(untied));
    assertTrue(refused.toString().contains("starting point: found {\"input\""), refused.toString());
    StartingPoint fewer = new StartingPoint(earlier(5, true), new int[4]);
    assertEquals(
        "starting point: found 4 items, expected 5",
        assertThrows(IllegalArgumentException.class, () -> trainer.startFrom(fewer)).getMessage());
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> new StartingPoint(earlier(5, true), new int[] {0, 1, 2, 3, 5}));
  }
}
