package org.staccato.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.format.WeightFile;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.ScalarKernels;
import org.staccato.testkit.Cell;

/** The numbers of docs/worked-example.md, computed by the core from the weights on that page. */
class WorkedExampleTest {
  private static final Path PAGE = Path.of("../../docs/worked-example.md");
  private static final int INPUTS = 2;
  private static final int UNITS = 3;
  private static final int STEPS = 4;

  /** Half a unit of the sixth digit, and what float arithmetic adds to it. */
  private static final double BOUND = 0.5e-6 + 2e-7;

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  @TempDir Path folder;

  /** The numbers of a line of the page's block of weights. */
  private static float[] matrix(List<String> page, String name) {
    String line = page.stream().filter(l -> l.startsWith(name + " ")).findFirst().orElseThrow();
    String[] numbers = line.substring(name.length()).replace("|", " ").strip().split(" +", -1);
    float[] values = new float[numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(numbers[i]);
    }
    return values;
  }

  private static float[] stacked(List<String> page, String prefix) {
    float[] all = new float[0];
    for (String gate : List.of("i", "f", "g", "o")) {
      float[] matrix = matrix(page, prefix + "_" + gate);
      float[] joined = Arrays.copyOf(all, all.length + matrix.length);
      System.arraycopy(matrix, 0, joined, all.length, matrix.length);
      all = joined;
    }
    return all;
  }

  /** The rows of the page's table of values: step, unit, f, i, g, o, c, h. */
  private static List<double[]> table(List<String> page) {
    return page.stream()
        .filter(line -> line.matches("\\| \\d.*"))
        .map(line -> line.substring(1).split("\\|", -1))
        .map(cells -> Arrays.stream(cells, 0, 8).mapToDouble(Double::parseDouble).toArray())
        .toList();
  }

  @Test
  void thePageAndTheCoreAgree() throws IOException {
    List<String> page = Files.readAllLines(PAGE);
    LayerWeights layer =
        new LayerWeights(INPUTS, UNITS, stacked(page, "W"), stacked(page, "U"), stacked(page, "b"));
    List<double[]> table = table(page);
    assertEquals(STEPS * UNITS, table.size());
    try (WeightFile file = WeightFile.open(RecurrentStackTest.write(folder, List.of(layer)))) {
      for (Kernels kernels : List.of(new ScalarKernels(), ConfiguredKernels.get())) {
        RecurrentStack stack =
            RecurrentStack.open(file, Cell.LSTM, INPUTS, List.of(UNITS), kernels);
        MemorySegment state = stack.newState();
        MemorySegment gates = stack.newScratch();
        MemorySegment input = stack.newInput();
        for (int step = 1; step <= STEPS; step++) {
          MemorySegment.copy(matrix(page, "x_" + step), 0, input, FLOAT, 0, INPUTS);
          stack.step(state, false, gates, input);
          for (int unit = 0; unit < UNITS; unit++) {
            double[] row = table.get((step - 1) * UNITS + unit);
            String where = kernels.name() + ", step " + step + ", unit " + (unit + 1);
            assertEquals(step, row[0]);
            assertEquals(unit + 1, row[1]);
            assertEquals(row[2], 0.5 + 0.5 * gate(gates, 1, unit), BOUND, where + ", f");
            assertEquals(row[3], 0.5 + 0.5 * gate(gates, 0, unit), BOUND, where + ", i");
            assertEquals(row[4], gate(gates, 2, unit), BOUND, where + ", g");
            assertEquals(row[5], 0.5 + 0.5 * gate(gates, 3, unit), BOUND, where + ", o");
            assertEquals(row[6], at(state, stack.cellOffset(0), unit), BOUND, where + ", c");
            assertEquals(row[7], at(state, stack.hiddenOffset(0), unit), BOUND, where + ", h");
          }
        }
      }
    }
  }

  /** What a step leaves in the gates: their tangents, of which σ is ½ + ½·tangent. */
  private static float gate(MemorySegment gates, int gate, int unit) {
    return at(gates, gate * Kernels.GROUP_BYTES, unit);
  }

  private static float at(MemorySegment memory, long offset, int unit) {
    return memory.get(FLOAT, offset + (long) unit * Float.BYTES);
  }
}
