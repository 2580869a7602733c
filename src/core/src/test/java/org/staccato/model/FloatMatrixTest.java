package org.staccato.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.export.ModelWriter;
import org.staccato.format.ItemKeySource;
import org.staccato.format.ItemKeys;
import org.staccato.testkit.Cell;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** Matrices in arrays, in memory, and of no memory at all, which may exceed an array. */
class FloatMatrixTest {
  @TempDir Path folder;

  /** Where the rows of a matrix lie, whatever their number. */
  private record Generated(int rows, int columns) implements FloatMatrix {
    @Override
    public float at(int row, int column) {
      return (float) Math.sin(31.0 * row + column);
    }
  }

  @Test
  void whatDoesNotHoldWholeRowsIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> FloatMatrix.of(new float[7], 2));
    assertThrows(IllegalArgumentException.class, () -> FloatMatrix.of(new float[7], 0));
    MemorySegment bytes = MemorySegment.ofArray(new byte[13]);
    assertThrows(IllegalArgumentException.class, () -> FloatMatrix.of(bytes, 1));
    assertThrows(IllegalArgumentException.class, () -> FloatMatrix.of(bytes.asSlice(0, 12), 2));
    FloatMatrix unaligned = FloatMatrix.of(bytes.asSlice(1, 12), 1);
    assertEquals(3, unaligned.rows());
    assertEquals(0, unaligned.at(2, 0));
  }

  @Test
  void elementsBeyondWhatAnIntCountsAreFound() throws IOException {
    int columns = 64;
    int rows = (int) ((1L << 32) / columns) + 3;
    Path path = folder.resolve("sparse");
    int[] places = {0, rows / 2, (int) ((1L << 31) / columns), rows - 1};
    try (FileChannel channel =
            FileChannel.open(
                path,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.SPARSE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      for (int row : places) {
        ByteBuffer element = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        element.putFloat(0, row + 0.5f);
        channel.write(element, ((long) row * columns + columns - 1) * Float.BYTES);
      }
      MemorySegment memory = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      FloatMatrix matrix = FloatMatrix.of(memory, columns);
      assertEquals(rows, matrix.rows());
      for (int row : places) {
        assertEquals(row + 0.5f, matrix.at(row, columns - 1));
        assertEquals(0, matrix.at(row, columns - 2));
      }
    }
  }

  @Test
  void whereWeightsLieChangesNoByteOfTheFile() throws IOException {
    Random random = RandomSeed.random(3);
    Weights arrays = RandomNetworks.network(random, 75, 5, 17, 9);
    byte[] expected = written("arrays", arrays);
    Map<String, FloatMatrix> elements = new HashMap<>();
    for (Parameter parameter : arrays.specification().parameters()) {
      FloatMatrix matrix = arrays.get(parameter.name());
      elements.put(parameter.name(), FloatMatrix.of(memory(matrix), matrix.columns()));
    }
    Weights memory = new Weights(arrays.specification(), elements);
    assertArrayEquals(expected, written("memory", memory));
  }

  @Test
  void generatedWeightsAreWritten() throws IOException {
    int items = 3000;
    ModelSpecification specification =
        RandomNetworks.ranking(
            RandomNetworks.layers(Cell.LSTM, 6, 6), items, ItemKeys.Kind.LONG, true);
    FloatMatrix embedding = new Generated(items, 6);
    Weights generated =
        RandomNetworks.with(
            RandomNetworks.weights(RandomSeed.random(4), specification),
            ModelSpecification.embeddingName(),
            embedding);
    float[] values = new float[items * 6];
    for (int i = 0; i < values.length; i++) {
      values[i] = embedding.at(i / 6, i % 6);
    }
    Weights arrays = RandomNetworks.with(generated, ModelSpecification.embeddingName(), values);
    assertArrayEquals(written("arrays", arrays), written("generated", generated));
  }

  private static MemorySegment memory(FloatMatrix matrix) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(matrix.rows() * matrix.columns() * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column = 0; column < matrix.columns(); column++) {
        bytes.putFloat(matrix.at(row, column));
      }
    }
    return MemorySegment.ofBuffer(bytes.flip());
  }

  private byte[] written(String name, Weights weights) throws IOException {
    Path path = folder.resolve(name + ".safetensors");
    int items = weights.specification().itemInput().items();
    ItemKeySource keys = ItemKeySource.of(LongStream.range(0, items).toArray());
    ModelWriter.write(path, weights, keys, new float[items], new int[][] {{0, 3}}, "{}");
    return Files.readAllBytes(path);
  }
}
