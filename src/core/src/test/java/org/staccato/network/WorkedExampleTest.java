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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.format.WeightFile;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.ScalarKernels;
import org.staccato.model.Activation;
import org.staccato.model.Head;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Weights;
import org.staccato.testkit.Cell;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;

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
    Weights weights =
        Weights.of(
            RandomNetworks.prediction(
                RandomNetworks.layers(Cell.LSTM, INPUTS, UNITS), Activation.LINEAR, 1),
            Map.of(
                ModelSpecification.layerName(0, Lstm.INPUT), stacked(page, "W"),
                ModelSpecification.layerName(0, Lstm.RECURRENT), stacked(page, "U"),
                ModelSpecification.layerName(0, Lstm.BIAS), stacked(page, "b"),
                ModelSpecification.headName(RandomNetworks.PREDICTION, Head.WEIGHTS),
                    new float[UNITS],
                ModelSpecification.headName(RandomNetworks.PREDICTION, Head.BIAS), new float[1]));
    List<double[]> table = table(page);
    assertEquals(STEPS * UNITS, table.size());
    Path path = ModelFiles.write(folder.resolve("example.safetensors"), weights);
    try (WeightFile file = WeightFile.open(path)) {
      for (Kernels kernels : List.of(new ScalarKernels(), ConfiguredKernels.get())) {
        LayerStack stack = LayerStack.open(file, weights.specification(), kernels);
        MemorySegment state = stack.newState();
        StepScratch scratch = new StepScratch(stack, null);
        long cell = StateLayout.find(stack.fields(), 0, Lstm.CELL).offset();
        long hidden = StateLayout.find(stack.fields(), 0, Lstm.HIDDEN).offset();
        for (int step = 1; step <= STEPS; step++) {
          scratch.setFeatures(matrix(page, "x_" + step), 0);
          stack.step(state, false, scratch);
          for (int unit = 0; unit < UNITS; unit++) {
            double[] row = table.get((step - 1) * UNITS + unit);
            String where = kernels.name() + ", step " + step + ", unit " + (unit + 1);
            assertEquals(step, row[0]);
            assertEquals(unit + 1, row[1]);
            assertEquals(row[2], 0.5 + 0.5 * gate(scratch, 1, unit), BOUND, where + ", f");
            assertEquals(row[3], 0.5 + 0.5 * gate(scratch, 0, unit), BOUND, where + ", i");
            assertEquals(row[4], gate(scratch, 2, unit), BOUND, where + ", g");
            assertEquals(row[5], 0.5 + 0.5 * gate(scratch, 3, unit), BOUND, where + ", o");
            assertEquals(row[6], at(state, cell, unit), BOUND, where + ", c");
            assertEquals(row[7], at(state, hidden, unit), BOUND, where + ", h");
          }
        }
      }
    }
  }

  /** The contents of the gates after a step: their tangents, from which σ is ½ + ½·tangent. */
  private static float gate(StepScratch scratch, int gate, int unit) {
    return at(scratch.memory, scratch.recurrentSums + gate * Kernels.GROUP_BYTES, unit);
  }

  private static float at(MemorySegment memory, long offset, int unit) {
    return memory.get(FLOAT, offset + (long) unit * Float.BYTES);
  }
}
