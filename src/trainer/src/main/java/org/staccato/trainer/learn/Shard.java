package org.staccato.trainer.learn;

import org.staccato.model.ModelSpecification;

/**
 * The work of one thread: some of the streams, the passes over them, and a gradient of all weights.
 * Confined to one thread at a time.
 */
final class Shard {
  private final float embeddingDropout;
  private final EmbeddingPass embedding;
  private final StackPass layers;
  private final HeadPass head;
  private final ParameterRange embeddings;

  final Window window;
  final float[] gradient;

  /** The rows of {@link #gradient} that are not 0, of parameters that are learnt row by row. */
  final TouchedItems touched;

  /** The sum of the last window's losses. */
  double loss;

  Shard(ParameterArray parameters, TrainingOptions options, HeadPass.Factory heads, int streams) {
    embeddingDropout = options.dropout().embedding();
    int attributes = parameters.specification().attributes().size();
    window = new Window(streams, options.batching().window(), attributes);
    gradient = new float[parameters.size()];
    embedding = new EmbeddingPass(parameters, window);
    layers =
        new StackPass(
            parameters, parameters.layers(), options.dropout(), embedding.output(), window);
    touched = new TouchedItems(parameters);
    embeddings = parameters.range(ModelSpecification.embeddingName());
    head = heads.newPass(parameters, layers.output(), window, touched);
  }

  /**
   * Adds the gradient of the window's loss to {@link #gradient}.
   *
   * @param share the weight of one target in the loss
   * @param seed selects the elements that dropout drops, and the sample of a sampled loss
   */
  void run(LearntWeights weights, float share, int seed) {
    embedding.forward(weights);
    Rows embedded = embedding.output();
    drop(embedded.values(), seed);
    layers.forward(weights, seed + 1);
    loss = head.run(weights, gradient, share, seed);
    layers.backward(weights, gradient, seed + 1);
    drop(embedded.gradient(), seed);
    embedding.backward(gradient);
    touchInputs();
  }

  private void touchInputs() {
    if (touched.none()) {
      return;
    }
    for (int row = 0; row < window.rows(); row++) {
      if (window.inputs[row] != Window.NONE) {
        touched.add(embeddings, window.inputs[row]);
      }
    }
  }

  private void drop(float[] values, int seed) {
    int count = window.rows() * embedding.output().width();
    Dropout.drop(values, count, embeddingDropout, seed);
  }
}
