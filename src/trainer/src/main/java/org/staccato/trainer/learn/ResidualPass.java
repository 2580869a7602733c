package org.staccato.trainer.learn;

import java.util.List;
import java.util.NoSuchElementException;
import org.staccato.model.Parameter;
import org.staccato.model.Residual;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Matrix;

/**
 * The forward and backward pass of a residual connection. Its gradient goes two ways: to the layer
 * below, and to the input of the lowest layer that it goes around.
 */
final class ResidualPass implements LayerPass {
  private final Rows input;
  private final Rows added;
  private final Window window;
  private final Rows output;

  private ResidualPass(Rows input, Rows added, Window window) {
    this.input = input;
    this.added = added;
    this.window = window;
    output = Rows.of(window, input.width());
  }

  /** Describes a residual connection, which has no parameters. */
  record Factory(Residual layer) implements LayerPass.Factory {
    @Override
    public ParameterLayout layout(Parameter parameter) {
      throw new NoSuchElementException("a residual connection has no parameter " + parameter);
    }

    @Override
    public long widestRow() {
      return Matrix.padded(layer.width());
    }

    @Override
    public boolean dropped() {
      return false;
    }

    @Override
    public LayerPass newPass(
        ParameterArray parameters, int number, List<Rows> taken, Window window) {
      return new ResidualPass(taken.getLast(), taken.get(number - layer.span()), window);
    }
  }

  @Override
  public Rows output() {
    return output;
  }

  @Override
  public void forward(LearntWeights weights) {
    int count = window.rows() * output.width();
    System.arraycopy(input.values(), 0, output.values(), 0, count);
    Elements.multiplyAdd(1f, added.values(), 0, output.values(), 0, count);
  }

  @Override
  public void backward(LearntWeights weights, float[] gradient) {
    System.arraycopy(output.gradient(), 0, input.gradient(), 0, window.rows() * output.width());
  }

  /** Adds the gradient of what is added, after the layer that takes it has set its own part. */
  void backwardAround() {
    Elements.multiplyAdd(
        1f, output.gradient(), 0, added.gradient(), 0, window.rows() * output.width());
  }
}
