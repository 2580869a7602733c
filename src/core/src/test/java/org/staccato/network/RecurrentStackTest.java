package org.staccato.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.ScalarKernels;
import org.staccato.testkit.Cell;
import org.staccato.testkit.RandomNetworks;

/**
 * Stacks on input vectors, of odd shapes and depths, against a bound that follows the arithmetic.
 */
class RecurrentStackTest {
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

  static Path write(Path folder, List<LayerWeights> layers) throws IOException {
    WeightFileWriter writer = new WeightFileWriter();
    for (int i = 0; i < layers.size(); i++) {
      LayerWriter.add(writer, i, layers.get(i), MatrixTypes.F32);
    }
    Path path = folder.resolve("stack.safetensors");
    writer.publish(path);
    return path;
  }

  @Test
  void everyLayerStaysWithinTheErrorThatFloatArithmeticAllows() throws IOException {
    for (int[] shape : SHAPES) {
      long seed = Arrays.hashCode(shape);
      for (Cell cell : Cell.values()) {
        Random random = new Random(seed);
        int[] hidden = Arrays.copyOfRange(shape, 1, shape.length);
        List<LayerWeights> layers = RandomNetworks.layers(random, cell, shape[0], hidden);
        List<Integer> sizes = Arrays.stream(hidden).boxed().toList();
        try (WeightFile file = WeightFile.open(write(folder, layers))) {
          for (Kernels kernels : List.of(new ScalarKernels(), ConfiguredKernels.get())) {
            RecurrentStack stack = RecurrentStack.open(file, cell, shape[0], sizes, kernels);
            String shown = ", shape " + Arrays.toString(shape) + ", seed " + seed;
            String where = kernels.name() + ", " + cell + shown;
            compare(random, stack, new BoundedReference(layers), shape[0], where);
          }
        }
      }
    }
  }

  private static void compare(
      Random random,
      RecurrentStack stack,
      BoundedReference reference,
      int inputSize,
      String where) {
    MemorySegment state = stack.newState();
    MemorySegment gates = stack.newScratch();
    MemorySegment input = stack.newInput();
    for (int step = 0; step < 5; step++) {
      float[] x = RandomNetworks.floats(random, inputSize, 1);
      MemorySegment.copy(x, 0, input, FLOAT, 0, inputSize);
      stack.step(state, false, gates, input);
      reference.step(x);
      for (int layer = 0; layer < stack.layers(); layer++) {
        for (int unit = 0; unit < stack.hiddenSize(layer); unit++) {
          String message = where + ", step " + step + ", layer " + layer + ", unit " + unit;
          long offset = (long) unit * Float.BYTES;
          if (stack.hasCells()) {
            assertEquals(
                reference.cell(layer, unit),
                state.get(FLOAT, stack.cellOffset(layer) + offset),
                reference.cellError(layer, unit),
                message);
          }
          assertEquals(
              reference.hidden(layer, unit),
              state.get(FLOAT, stack.hiddenOffset(layer) + offset),
              reference.hiddenError(layer, unit),
              message);
        }
        assertPaddingIsZero(stack, state, layer);
      }
    }
  }

  private static void assertPaddingIsZero(RecurrentStack stack, MemorySegment state, int layer) {
    int units = stack.hiddenSize(layer);
    for (int lane = units; lane < GateRows.groups(units) * Kernels.LANES; lane++) {
      long offset = (long) lane * Float.BYTES;
      assertEquals(0f, state.get(FLOAT, stack.cellOffset(layer) + offset));
      assertEquals(0f, state.get(FLOAT, stack.hiddenOffset(layer) + offset));
    }
  }

  @Test
  void aStackOfAnotherShapeIsRefused() throws IOException {
    Path path = write(folder, RandomNetworks.layers(new Random(1), 3, 17));
    try (WeightFile file = WeightFile.open(path)) {
      assertReason(Reason.SHAPE, file, 5, List.of(17));
      assertReason(Reason.SHAPE, file, 3, List.of(16));
      assertReason(Reason.SHAPE, file, 3, List.of(33));
      assertReason(Reason.TENSOR_MISSING, file, 3, List.of(17, 5));
    }
  }

  private static void assertReason(
      Reason reason, WeightFile file, int inputSize, List<Integer> hiddenSizes) {
    ModelRejectedException e =
        assertThrows(
            ModelRejectedException.class,
            () -> RecurrentStack.open(file, Cell.LSTM, inputSize, hiddenSizes));
    assertEquals(reason, e.reason(), e.getMessage());
  }

  @Test
  void aClosedFileIsAnExceptionAndNoCrash() throws IOException {
    Path path = write(folder, RandomNetworks.layers(new Random(1), 3, 17));
    WeightFile file = WeightFile.open(path);
    RecurrentStack stack = RecurrentStack.open(file, Cell.LSTM, 3, List.of(17));
    MemorySegment state = stack.newState();
    MemorySegment gates = stack.newScratch();
    MemorySegment input = stack.newInput();
    stack.step(state, false, gates, input);
    file.close();
    assertThrows(IllegalStateException.class, () -> stack.step(state, false, gates, input));
  }
}
