package org.staccato.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.LiveModel;
import org.staccato.live.OpenOptions;
import org.staccato.testkit.RandomSeed;
import org.staccato.testkit.pages.CodeBlock;
import org.staccato.testkit.pages.Page;

/** The program of docs/time-series.md predicts what PyTorch's formulas say. */
class TimeSeriesTest {
  private static final int FEATURES = 2;
  private static final int UNITS = 32;
  private static final int HOURS = 24;
  private static final long SEED = RandomSeed.of(2026);

  @TempDir Path folder;
  private Class<?> forecast = Object.class;
  private double[][] hours = {};

  @BeforeEach
  void compileAndMeasure() throws IOException, ReflectiveOperationException {
    CodeBlock program = Page.read(Path.of("docs/time-series.md")).blocks("java").getFirst();
    JavaBlocks blocks = new JavaBlocks(Files.createDirectory(folder.resolve("classes")));
    assertEquals(List.of(), blocks.problems(List.of(program)));
    forecast = blocks.load(program, "Forecast");
    Random random = new Random(SEED);
    hours = new double[60][];
    List<String> lines = new ArrayList<>(List.of("time,load,temperature"));
    for (int i = 0; i < hours.length; i++) {
      // The program reads floats.
      hours[i] =
          new double[] {
            (float) (31_000 + 4_000 * Math.sin(i * Math.PI / 12) + 500 * random.nextGaussian()),
            (float) (5 + 6 * random.nextGaussian())
          };
      lines.add("2026-01-01T00:00," + (float) hours[i][0] + "," + (float) hours[i][1]);
    }
    Files.write(folder.resolve("hours.csv"), lines);
  }

  private void run(String... arguments) throws ReflectiveOperationException {
    forecast.getMethod("main", String[].class).invoke(null, (Object) arguments);
  }

  private float predicted(String method, LiveModel live) throws ReflectiveOperationException {
    Method predict = forecast.getDeclaredMethod(method, LiveModel.class, float[][].class);
    predict.setAccessible(true);
    float[][] floats = new float[hours.length][];
    for (int i = 0; i < hours.length; i++) {
      floats[i] = new float[] {(float) hours[i][0], (float) hours[i][1]};
    }
    return (float) predict.invoke(null, live, floats);
  }

  @Test
  void itRunsWithRandomWeights() throws IOException, ReflectiveOperationException {
    Path model = folder.resolve("load.safetensors");
    run(folder.resolve("hours.csv").toString(), model.toString());
    try (LiveModel live = LiveModel.open(model, OpenOptions.COPY.withCold(true))) {
      assertTrue(Float.isFinite(predicted("streamed", live)));
      assertTrue(Float.isFinite(predicted("windowed", live)));
    }
  }

  @Test
  void itPredictsWhatPyTorchDoes() throws IOException, ReflectiveOperationException {
    Random random = new Random(SEED);
    Map<String, double[]> arrays = new HashMap<>();
    Map.of(
            "lstm.weight_ih_l0", 4 * UNITS * FEATURES,
            "lstm.weight_hh_l0", 4 * UNITS * UNITS,
            "lstm.bias_ih_l0", 4 * UNITS,
            "lstm.bias_hh_l0", 4 * UNITS,
            "head.weight", UNITS,
            "head.bias", 1)
        .forEach(
            (name, size) ->
                arrays.put(
                    name,
                    random
                        .doubles(size, -0.3, 0.3)
                        .map(each -> (float) each) // What a file of floats can hold.
                        .toArray()));
    arrays.put("mean", new double[] {31_000, 5});
    arrays.put("deviation", new double[] {2_850, 6});
    Path weights = Files.createDirectory(folder.resolve("weights"));
    for (Map.Entry<String, double[]> each : arrays.entrySet()) {
      ByteBuffer bytes =
          ByteBuffer.allocate(each.getValue().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (double value : each.getValue()) {
        bytes.putFloat((float) value);
      }
      Files.write(weights.resolve(each.getKey() + ".f32"), bytes.array());
    }
    Path model = folder.resolve("load.safetensors");
    run(folder.resolve("hours.csv").toString(), model.toString(), weights.toString());
    // Floats round the load, and a step's sums and cells by some 2⁻²⁰ of a deviation.
    double bound = 35_000 * 0x1p-23 + 2_850 * UNITS * 0x1p-18;
    try (LiveModel live = LiveModel.open(model, OpenOptions.COPY.withCold(true))) {
      assertEquals(reference(arrays, 0), predicted("streamed", live), bound, "seed " + SEED);
      double window = reference(arrays, hours.length - HOURS);
      assertEquals(window, predicted("windowed", live), bound, "seed " + SEED);
    }
  }

  /** What PyTorch's LSTM and linear layer give over standardised hours, in the unit of the load. */
  private double reference(Map<String, double[]> arrays, int from) {
    double[] h = new double[UNITS];
    double[] c = new double[UNITS];
    double[] mean = array(arrays, "mean");
    double[] deviation = array(arrays, "deviation");
    for (int step = from; step < hours.length; step++) {
      double[] x = new double[FEATURES];
      for (int f = 0; f < FEATURES; f++) {
        x[f] = (hours[step][f] - mean[f]) / deviation[f];
      }
      double[] sums = new double[4 * UNITS];
      for (int row = 0; row < sums.length; row++) {
        sums[row] =
            dot(array(arrays, "lstm.weight_ih_l0"), row, x)
                + dot(array(arrays, "lstm.weight_hh_l0"), row, h)
                + array(arrays, "lstm.bias_ih_l0")[row]
                + array(arrays, "lstm.bias_hh_l0")[row];
      }
      for (int unit = 0; unit < UNITS; unit++) {
        double in = sigmoid(sums[unit]);
        double forget = sigmoid(sums[UNITS + unit]);
        double cell = Math.tanh(sums[2 * UNITS + unit]);
        double out = sigmoid(sums[3 * UNITS + unit]);
        c[unit] = forget * c[unit] + in * cell;
        h[unit] = out * Math.tanh(c[unit]);
      }
    }
    double load = dot(array(arrays, "head.weight"), 0, h) + array(arrays, "head.bias")[0];
    return load * deviation[0] + mean[0];
  }

  private static double[] array(Map<String, double[]> arrays, String name) {
    return Objects.requireNonNull(arrays.get(name), name);
  }

  private static double dot(double[] matrix, int row, double[] vector) {
    double sum = 0;
    for (int i = 0; i < vector.length; i++) {
      sum += matrix[row * vector.length + i] * vector[i];
    }
    return sum;
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }
}
