package org.staccato.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.staccato.format.DataType;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.Kernels;
import org.staccato.model.FloatMatrix;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Ranking;
import org.staccato.model.Weights;

/**
 * The parameters that the rows of items replace, as they were trained, in tensors that only a
 * training reads. The embeddings are left out where a tied ranking holds them.
 */
final class TrainingTensors {
  private static final String PREFIX = "training.";

  private TrainingTensors() {}

  /** Returns the name of the tensor of a parameter. */
  static String name(Parameter parameter) {
    return PREFIX + parameter.name();
  }

  /** Returns whether a tensor is one of these. */
  static boolean isOne(String tensor) {
    return tensor.startsWith(PREFIX);
  }

  /** Returns the parameters that these tensors hold. */
  static List<Parameter> parameters(ModelSpecification specification) {
    Set<String> replaced = Folding.replaced(specification);
    Optional<Ranking> ranking = specification.findRanking();
    boolean tied = ranking.isPresent() && ranking.get().tied();
    List<Parameter> parameters = new ArrayList<>();
    for (Parameter parameter : specification.parameters()) {
      boolean held = tied && parameter.name().equals(ModelSpecification.embeddingName());
      if (replaced.contains(parameter.name()) && !held) {
        parameters.add(parameter);
      }
    }
    return parameters;
  }

  /** Returns the dimensions of a tensor: rows, and columns with padding. */
  static long[] shape(Parameter parameter) {
    return new long[] {parameter.rows(), paddedColumns(parameter)};
  }

  static int paddedColumns(Parameter parameter) {
    return Kernels.GROUP * Math.ceilDiv(parameter.columns(), Kernels.GROUP);
  }

  /** Adds the tensors to a file. */
  static void add(WeightFileWriter writer, Weights weights) {
    for (Parameter parameter : parameters(weights.specification())) {
      FloatMatrix elements = weights.get(parameter.name());
      writer.tensor(
          name(parameter),
          DataType.F32,
          output -> {
            for (int row = 0; row < parameter.rows(); row++) {
              for (int column = 0; column < paddedColumns(parameter); column++) {
                output.putFloat(column < parameter.columns() ? elements.at(row, column) : 0);
              }
            }
          },
          shape(parameter));
    }
  }
}
