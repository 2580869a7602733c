package org.staccato.load.scenario;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.staccato.format.DataType;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.model.Head;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Ranking;
import org.staccato.network.GoldenSamples;
import org.staccato.network.Network;

/**
 * Makes a second version of a model: the same network with a constant added to every output bias.
 * It takes the same time and ranks the same items, but no score has the same bits.
 */
public final class ShiftedCopy {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private ShiftedCopy() {}

  /**
   * Writes the copy.
   *
   * @param source a weight file of a model that ranks items
   * @param target the file to write
   * @param shift the constant to add to every score
   * @throws IOException if the source is not a valid weight file, or a file cannot be read or
   *     written
   * @throws IllegalStateException if the model does not rank items
   */
  public static void write(Path source, Path target, float shift) throws IOException {
    try (WeightFile file = WeightFile.open(source)) {
      Ranking head = Network.openScalar(file).specification().ranking();
      String biases = ModelSpecification.headName(head.name(), Head.BIAS);
      String goldenScores = GoldenSamples.name(head, GoldenSamples.SCORES);
      String goldenItems = GoldenSamples.name(head, GoldenSamples.SCORED_ITEMS);
      MemorySegment scored =
          data(file, file.require(goldenItems, DataType.I32, WeightFile.ANY, WeightFile.ANY));
      WeightFileWriter writer = new WeightFileWriter();
      file.metadata()
          .forEach(
              (key, value) -> {
                if (!key.equals(WeightFile.VERSION_KEY) && !key.equals(WeightFile.DIGEST_KEY)) {
                  writer.metadata(key, value);
                }
              });
      for (Tensor tensor : file.tensors()) {
        MemorySegment elements = data(file, tensor);
        long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
        if (tensor.name().equals(biases)) {
          add(writer, tensor, shape, i -> i < head.items(), elements, shift);
        } else if (tensor.name().equals(goldenScores)) {
          Elements existing = i -> scored.getAtIndex(INT, i) != GoldenSamples.NONE;
          add(writer, tensor, shape, existing, elements, shift);
        } else {
          writer.tensor(tensor.name(), tensor.type(), elements, shape);
        }
      }
      writer.publish(target);
    }
  }

  /** Returns the elements of a tensor that are not padding. */
  private interface Elements {
    boolean contains(long index);
  }

  private static void add(
      WeightFileWriter writer,
      Tensor tensor,
      long[] shape,
      Elements shifted,
      MemorySegment elements,
      float shift) {
    writer.tensor(
        tensor.name(),
        tensor.type(),
        output -> {
          for (long i = 0; i < elements.byteSize() / Float.BYTES; i++) {
            float value = elements.getAtIndex(FLOAT, i);
            output.putFloat(shifted.contains(i) ? value + shift : value);
          }
        },
        shape);
  }

  private static MemorySegment data(WeightFile file, Tensor tensor) {
    return file.data().asSlice(tensor.offset(), tensor.byteSize());
  }
}
