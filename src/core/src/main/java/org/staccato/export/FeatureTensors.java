package org.staccato.export;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.Kernels;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;
import org.staccato.model.FeatureWeights;
import org.staccato.model.FloatMatrix;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Weights;

/**
 * The optional tensors from which a new item gets its row: the vocabulary of features, their rows
 * and biases, and the parameters that the rows of items replace. A step reads none of them.
 */
final class FeatureTensors {
  private static final String PREFIX = "items.features.";

  /** The vocabulary, JSON in UTF-8, padded with spaces. */
  static final String VOCABULARY = PREFIX + "vocabulary";

  /** The rows of the features, padded to groups. */
  static final String ROWS = PREFIX + "rows";

  /** The biases of the features, padded to groups. */
  static final String BIASES = PREFIX + "biases";

  private FeatureTensors() {}

  /** Adds the tensors of weights that have features. */
  static void add(WeightFileWriter writer, Weights weights, FeatureWeights features) {
    byte[] vocabulary = features.vocabulary().getBytes(StandardCharsets.UTF_8);
    int bytes = Math.ceilDiv(vocabulary.length, OffHeap.ALIGNMENT) * OffHeap.ALIGNMENT;
    writer.tensor(
        VOCABULARY,
        DataType.U8,
        output -> {
          output.putBytes(MemorySegment.ofArray(vocabulary));
          output.putBytes(
              MemorySegment.ofArray(
                  " ".repeat(bytes - vocabulary.length).getBytes(StandardCharsets.UTF_8)));
        },
        bytes);
    addMatrix(writer, ROWS, features.rows());
    addVector(writer, BIASES, features.biases());
    ModelSpecification specification = weights.specification();
    Set<String> replaced = Folding.replaced(specification);
    for (Parameter parameter : specification.parameters()) {
      if (isKept(parameter, replaced)) {
        FloatMatrix elements = weights.get(parameter.name());
        if (parameter.isMatrix()) {
          addMatrix(writer, PREFIX + parameter.name(), elements);
        } else {
          addVector(writer, PREFIX + parameter.name(), elements);
        }
      }
    }
  }

  /** Tells whether a parameter, which the rows of items replace, is needed for new rows. */
  private static boolean isKept(Parameter parameter, Set<String> replaced) {
    return replaced.contains(parameter.name())
        && !parameter.name().equals(ModelSpecification.embeddingName());
  }

  private static long groups(long elements) {
    return Math.ceilDiv(elements, (long) Kernels.GROUP) * Kernels.GROUP;
  }

  private static void addMatrix(WeightFileWriter writer, String name, FloatMatrix matrix) {
    long columns = groups(matrix.columns());
    writer.tensor(
        name,
        DataType.F32,
        output -> {
          for (int row = 0; row < matrix.rows(); row++) {
            for (int column = 0; column < columns; column++) {
              output.putFloat(column < matrix.columns() ? matrix.at(row, column) : 0);
            }
          }
        },
        matrix.rows(),
        columns);
  }

  private static void addVector(WeightFileWriter writer, String name, FloatMatrix vector) {
    long rows = groups(vector.rows());
    writer.tensor(
        name,
        DataType.F32,
        output -> {
          for (int row = 0; row < rows; row++) {
            output.putFloat(row < vector.rows() ? vector.at(row, 0) : 0);
          }
        },
        rows);
  }

  /** Reads the features of a file. */
  static FeatureWeights read(WeightFile file, int width) throws ModelRejectedException {
    if (file.find(VOCABULARY).isEmpty()) {
      throw new ModelRejectedException(
          file.path(),
          Reason.TENSOR_MISSING,
          "model: found no features of items, expected one that was trained with a table of items");
    }
    Tensor text = file.require(VOCABULARY, DataType.U8, WeightFile.ANY);
    byte[] vocabulary =
        file.data().asSlice(text.offset(), text.byteSize()).toArray(ValueLayout.JAVA_BYTE);
    Tensor rows = file.require(ROWS, DataType.F32, WeightFile.ANY, groups(width));
    int count = Math.toIntExact(rows.shape().getFirst());
    Tensor biases = file.require(BIASES, DataType.F32, groups(count));
    return new FeatureWeights(
        new String(vocabulary, StandardCharsets.UTF_8).stripTrailing(),
        view(file, rows, count, width),
        view(file, biases, count, 1));
  }

  /** Reads the parameters that the rows of items replace, the embeddings excepted. */
  static Map<String, FloatMatrix> readReplaced(WeightFile file, ModelSpecification specification)
      throws ModelRejectedException {
    Map<String, FloatMatrix> parameters = new LinkedHashMap<>();
    Set<String> replaced = Folding.replaced(specification);
    for (Parameter parameter : specification.parameters()) {
      if (isKept(parameter, replaced)) {
        String name = PREFIX + parameter.name();
        Tensor tensor =
            parameter.isMatrix()
                ? file.require(name, DataType.F32, parameter.rows(), groups(parameter.columns()))
                : file.require(name, DataType.F32, groups(parameter.rows()));
        parameters.put(parameter.name(), view(file, tensor, parameter.rows(), parameter.columns()));
      }
    }
    return parameters;
  }

  /** Views the elements of a padded tensor, valid while the file is open. */
  private static FloatMatrix view(WeightFile file, Tensor tensor, int rows, int columns) {
    MemorySegment data = file.data();
    long step = tensor.shape().size() == 1 ? 1 : groups(columns);
    return new FloatMatrix() {
      @Override
      public int rows() {
        return rows;
      }

      @Override
      public int columns() {
        return columns;
      }

      @Override
      public float at(int row, int column) {
        return data.get(LittleEndian.FLOAT, tensor.offset() + (row * step + column) * Float.BYTES);
      }
    };
  }
}
