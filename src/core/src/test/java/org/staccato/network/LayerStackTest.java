package org.staccato.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.WeightFile;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.ScalarKernels;
import org.staccato.model.Activation;
import org.staccato.model.Layer;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Weights;
import org.staccato.network.BoundedReference.Bounded;
import org.staccato.testkit.Cell;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/**
 * Layers over features, of odd shapes and depths and of one kind or several, against a bound that
 * follows the arithmetic.
 */
class LayerStackTest {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int[][] SHAPES = {
    {1, 1},
    {1, 15},
    {3, 16},
    {16, 17},
    {17, 1, 31},
    {31, 33, 16},
    {2, 7, 11, 13},
    {64, 128},
    {100, 100, 100},
    {5, 1, 1, 1, 1},
    {130, 48},
    {4096, 3},
    {3, 1030}
  };

  @TempDir Path folder;

  /** Layers and a head that makes a network of them. */
  private static ModelSpecification network(List<Layer> layers) {
    return RandomNetworks.prediction(layers, Activation.LINEAR, 1);
  }

  /** The kinds of each layer: all the same, or taking turns. */
  private static List<List<Layer>> stacks(int[] shape) {
    int[] units = Arrays.copyOfRange(shape, 1, shape.length);
    List<List<Layer>> stacks = new ArrayList<>();
    for (Cell first : Cell.values()) {
      for (Cell second : Cell.values()) {
        if (first == second || units.length > 1) {
          List<Layer> layers = new ArrayList<>();
          int width = shape[0];
          for (int size : units) {
            layers.add((layers.size() % 2 == 0 ? first : second).layer(width, size));
            width = size;
          }
          stacks.add(layers);
        }
      }
    }
    return stacks;
  }

  @Test
  void everyLayerStaysWithinTheErrorThatFloatArithmeticAllows() throws IOException {
    for (int[] shape : SHAPES) {
      long seed = RandomSeed.of(Arrays.hashCode(shape));
      for (List<Layer> layers : stacks(shape)) {
        Random random = new Random(seed);
        Weights weights = RandomNetworks.weights(random, network(layers));
        Path path = ModelFiles.write(folder.resolve("stack.safetensors"), weights);
        try (WeightFile file = WeightFile.open(path)) {
          for (Kernels kernels : List.of(new ScalarKernels(), ConfiguredKernels.get())) {
            LayerStack stack = LayerStack.open(file, weights.specification(), kernels);
            String where = kernels.name() + ", " + layers + ", seed " + seed;
            compare(random, stack, new BoundedReference(weights), where);
          }
        }
      }
    }
  }

  private static void compare(
      Random random, LayerStack stack, BoundedReference reference, String where) {
    MemorySegment state = stack.newState();
    StepScratch scratch = new StepScratch(stack, null);
    for (int step = 0; step < 5; step++) {
      float[] x = RandomNetworks.floats(random, stack.features(), 1);
      scratch.setFeatures(x, 0);
      stack.step(state, false, scratch);
      reference.step(x);
      for (StateLayout.Field field : stack.fields()) {
        String message = where + ", step " + step + ", layer " + field.layer() + ", ";
        assertWithinBounds(field, state, reference, message + field.field().name());
      }
    }
  }

  private static void assertWithinBounds(
      StateLayout.Field field, MemorySegment state, BoundedReference reference, String where) {
    int size = field.field().size();
    for (int index = 0; index < size; index++) {
      Bounded expected = reference.element(field.layer(), field.field().name(), index);
      float actual = state.get(FLOAT, field.offset() + (long) index * Float.BYTES);
      assertEquals(expected.value(), actual, expected.error(), where + "[" + index + "]");
    }
    long padding = field.offset() + (long) size * Float.BYTES;
    for (long offset = padding; offset < field.end(); offset += Float.BYTES) {
      assertEquals(0f, state.get(FLOAT, offset), where + ": the padding is zero");
    }
  }

  @Test
  void aStackOfAnotherShapeIsRefused() throws IOException {
    try (WeightFile file = WeightFile.open(lstm(3, 17))) {
      assertReason(Reason.SHAPE, file, RandomNetworks.layers(Cell.LSTM, 5, 17));
      assertReason(Reason.SHAPE, file, RandomNetworks.layers(Cell.LSTM, 3, 16));
      assertReason(Reason.SHAPE, file, RandomNetworks.layers(Cell.LSTM, 3, 33));
      assertReason(Reason.TENSOR_MISSING, file, RandomNetworks.layers(Cell.LSTM, 3, 17, 5));
      assertReason(Reason.TENSOR_MISSING, file, RandomNetworks.layers(Cell.GRU, 3, 17));
    }
  }

  private Path lstm(int features, int units) throws IOException {
    return ModelFiles.prediction(folder, Cell.LSTM, Activation.LINEAR, 1, features, 1, units);
  }

  private static void assertReason(Reason reason, WeightFile file, List<Layer> layers) {
    ModelRejectedException e =
        assertThrows(ModelRejectedException.class, () -> LayerStack.open(file, network(layers)));
    assertEquals(reason, e.reason(), e.getMessage());
  }

  @Test
  void aClosedFileIsAnExceptionAndNoCrash() throws IOException {
    WeightFile file = WeightFile.open(lstm(3, 17));
    LayerStack stack = LayerStack.open(file, network(RandomNetworks.layers(Cell.LSTM, 3, 17)));
    MemorySegment state = stack.newState();
    StepScratch scratch = new StepScratch(stack, null);
    scratch.setFeatures(new float[3], 0);
    stack.step(state, false, scratch);
    file.close();
    assertThrows(IllegalStateException.class, () -> stack.step(state, false, scratch));
    assertThrows(IllegalStateException.class, () -> stack.prepare(state));
  }

  @Test
  void anItemIsNoVectorAndAVectorNoItem() throws IOException {
    try (WeightFile file = WeightFile.open(lstm(3, 17))) {
      LayerStack stack = LayerStack.open(file, network(RandomNetworks.layers(Cell.LSTM, 3, 17)));
      StepScratch scratch = new StepScratch(stack, null);
      assertThrows(
          IllegalStateException.class, () -> stack.step(stack.newState(), false, scratch, 0));
      LayerBatch batch = new LayerBatch(stack, 2, null);
      assertThrows(IllegalStateException.class, () -> batch.setItem(0, 0));
    }
    Weights ranking = RandomNetworks.network(RandomSeed.random(1), 5, 3, 17);
    try (WeightFile file =
        WeightFile.open(ModelFiles.write(folder.resolve("items.safetensors"), ranking))) {
      LayerStack stack = LayerStack.open(file, ranking.specification());
      StepScratch scratch = new StepScratch(stack, null);
      assertThrows(IllegalStateException.class, () -> stack.step(stack.newState(), false, scratch));
    }
  }
}
