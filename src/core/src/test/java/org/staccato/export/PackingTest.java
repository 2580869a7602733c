package org.staccato.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.staccato.format.DataType;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** The stored form of a matrix in each type, read back directly from the bytes of the file. */
class PackingTest {
  private static final String NAME = "matrix";
  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Rows without a larger weight may be stored as zeros in eight bits. */
  private static final double NEGLIGIBLE = 0x1p-80;

  @TempDir Path folder;

  private Path write(float[][] rows, DataType type) throws IOException {
    Path path = folder.resolve("matrix.safetensors");
    WeightFileWriter writer = new WeightFileWriter();
    PanelPacking.add(
        writer, NAME, type, rows.length, rows[0].length, (row, input) -> rows[row][input]);
    writer.publish(path);
    return path;
  }

  /** The weights that the bytes stand for, padding included: rows × padded inputs. */
  private double[][] stored(float[][] rows, DataType type) throws IOException {
    int perWord = 4 / type.byteSize();
    int padded = (rows[0].length + 3) / 4 * 4;
    double[][] weights = new double[(rows.length + 63) / 64 * 64][padded];
    try (WeightFile file = WeightFile.open(write(rows, type))) {
      MemorySegment data = file.data();
      long offset = file.find(NAME).orElseThrow().offset();
      for (int row = 0; row < weights.length; row++) {
        for (int input = 0; input < padded; input++) {
          long index = ((long) row / 64 * padded / perWord + input / perWord) * 64 + row % 64;
          int word = data.get(WORD, offset + index * Integer.BYTES);
          weights[row][input] =
              switch (type) {
                case F32 -> Float.intBitsToFloat(word);
                case BF16 -> Float.intBitsToFloat(input % 2 == 0 ? word << 16 : word & 0xffff0000);
                default -> {
                  long scales = file.find(NAME + ".scales").orElseThrow().offset();
                  int bits = data.get(WORD, scales + (long) row * Float.BYTES);
                  yield (double) (word << (8 * (3 - input % 4))) * Float.intBitsToFloat(bits);
                }
              };
        }
      }
    }
    return weights;
  }

  /** Rows of all kinds: ordinary, zero, with one huge weight, tiny, and of mixed magnitudes. */
  private static float[][] rows(long seed, int count, int inputs) {
    Random random = new Random(seed);
    float[][] rows = new float[count][];
    for (int row = 0; row < count; row++) {
      rows[row] = RandomNetworks.floats(random, inputs, 1);
      switch (row % 8) {
        case 1 -> Arrays.fill(rows[row], 0);
        case 2 -> rows[row][random.nextInt(inputs)] = -1e18f;
        case 3 -> scale(rows[row], 1e-20);
        case 4 -> scale(rows[row], 1e-30);
        case 5 -> scale(rows[row], 1e17);
        case 6 -> {
          for (int i = 0; i < inputs; i++) {
            rows[row][i] *= (float) Math.pow(10, random.nextInt(-30, 18));
          }
        }
        case 7 -> Arrays.fill(rows[row], -rows[row][0]);
        default -> {}
      }
    }
    return rows;
  }

  private static void scale(float[] values, double factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) factor;
    }
  }

  @Test
  void floatsAreStoredAsTheyAre() throws IOException {
    assertStored(DataType.F32, (row, weight) -> 0);
  }

  @Test
  void halvedFloatsAreOffByTwoToTheMinusEighthOfAWeight() throws IOException {
    assertStored(DataType.BF16, (row, weight) -> 0x1p-8 * Math.abs(weight));
  }

  @Test
  void eightBitsAreOffByHalfAStep() throws IOException {
    assertStored(
        DataType.I8,
        (row, weight) -> {
          double largest = 0;
          for (float each : row) {
            largest = Math.max(largest, Math.abs(each));
          }
          // The step is a rounded float.
          return largest < NEGLIGIBLE ? largest : largest / 127 / 2 * (1 + 1e-5);
        });
  }

  private interface Bound {
    double of(float[] row, float weight);
  }

  private void assertStored(DataType type, Bound bound) throws IOException {
    for (int inputs : new int[] {1, 2, 3, 4, 5, 17, 64, 101}) {
      for (int count : new int[] {1, 63, 64, 65, 130}) {
        long seed = RandomSeed.of(inputs);
        float[][] rows = rows(seed, count, inputs);
        double[][] stored = stored(rows, type);
        for (int row = 0; row < stored.length; row++) {
          for (int input = 0; input < inputs; input++) {
            float weight = row < count ? rows[row][input] : 0;
            assertEquals(
                weight,
                stored[row][input],
                row < count ? bound.of(rows[row], weight) : 0,
                type + ", seed " + seed + ", row " + row + ", input " + input);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"F32", "BF16", "I8"})
  void whatIsNotFiniteIsRefused(DataType type) {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int input : new int[] {0, 3, 6}) {
        float[][] rows = rows(RandomSeed.of(1), 65, 7);
        rows[64][input] = value;
        Exception e = assertThrows(IllegalArgumentException.class, () -> write(rows, type));
        assertTrue(String.valueOf(e.getMessage()).contains("finite"), String.valueOf(e));
      }
    }
    assertTrue(Files.notExists(folder.resolve("matrix.safetensors")), "nothing is left behind");
  }

  @Test
  void aWeightThatOverflowsWhenItIsHalvedIsRefused() throws IOException {
    float largest = Float.intBitsToFloat(0x5f7f7fff);
    stored(new float[][] {{largest, -largest}}, DataType.BF16);
    float[][] beyond = {{Math.nextDown(0x1p64f), 0}};
    assertThrows(IllegalArgumentException.class, () -> write(beyond, DataType.BF16));
  }
}
