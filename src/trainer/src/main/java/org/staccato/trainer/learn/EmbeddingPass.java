package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Matrix;

/** Looks up the embeddings of a window's items. Confined to one thread at a time. */
final class EmbeddingPass {
  private final ParameterRange embedding;
  private final Window window;
  private final Rows output;

  EmbeddingPass(ParameterArray parameters, Window window) {
    embedding = parameters.range(ModelSpecification.embeddingName());
    this.window = window;
    output = Rows.of(window, Matrix.padded(parameters.input().width()));
  }

  /**
   * Describes the storage and the first values of the embeddings: normal with deviation
   * scale/√width (at 1 the fan-in rule of Y. LeCun et al., 1998).
   *
   * @param tied whether they also score the items
   */
  static ParameterLayout layout(Parameter parameter, boolean tied, double scale) {
    ParameterLayout rows =
        ParameterLayout.rows(Initializer.normal(scale / Math.sqrt(parameter.columns())));
    return tied ? rows.withCopy() : rows;
  }

  Rows output() {
    return output;
  }

  /** Sets the output, with zeros where a stream has no event. */
  void forward(LearntWeights weights) {
    int width = output.width();
    for (int row = 0; row < window.rows(); row++) {
      int item = window.inputs[row];
      if (item == Window.NONE) {
        Arrays.fill(output.values(), row * width, (row + 1) * width, 0f);
      } else {
        System.arraycopy(weights.values, at(item), output.values(), row * width, width);
      }
    }
  }

  /** Adds the gradient of the output to the gradient of the items' embeddings. */
  void backward(float[] gradient) {
    int width = output.width();
    for (int row = 0; row < window.rows(); row++) {
      if (window.inputs[row] != Window.NONE) {
        Elements.multiplyAdd(
            1f, output.gradient(), row * width, gradient, at(window.inputs[row]), width);
      }
    }
  }

  private int at(int item) {
    return embedding.offset() + item * output.width();
  }
}
