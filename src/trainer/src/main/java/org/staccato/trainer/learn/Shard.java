package org.staccato.trainer.learn;

/**
 * The work of one thread: some of the streams, the passes over them, and a gradient of all weights.
 * Confined to one thread at a time.
 */
final class Shard {
  private final float embeddingDropout;
  private final EmbeddingPass embedding;
  private final StackPass layers;
  private final HeadPass head;

  final Window window;
  final float[] gradient;

  /** The sum of the last window's losses. */
  double loss;

  /** Makes the work of a thread on a ranking with an objective. */
  Shard(ParameterArray parameters, TrainingOptions options, Objective objective, int streams) {
    this(
        parameters,
        options,
        (array, input, rows) -> new RankingPass(array, objective, input, rows),
        streams);
  }

  /** Makes the work of a thread on any head. */
  Shard(ParameterArray parameters, TrainingOptions options, HeadPass.Factory heads, int streams) {
    embeddingDropout = options.dropout().embedding();
    int attributes = parameters.specification().attributes().size();
    window = new Window(streams, options.batching().window(), attributes);
    gradient = new float[parameters.size()];
    embedding = new EmbeddingPass(parameters, window);
    layers =
        new StackPass(
            parameters, parameters.layers(), options.dropout(), embedding.output(), window);
    head = heads.newPass(parameters, layers.output(), window);
  }

  /**
   * Adds the gradient of the window's loss to {@link #gradient}.
   *
   * @param share the weight of one target in the loss
   * @param seed selects the elements that dropout drops
   */
  void run(LearntWeights weights, float share, int seed) {
    embedding.forward(weights);
    Rows embedded = embedding.output();
    drop(embedded.values(), seed);
    layers.forward(weights, seed + 1);
    loss = head.run(weights, gradient, share);
    layers.backward(weights, gradient, seed + 1);
    drop(embedded.gradient(), seed);
    embedding.backward(gradient);
  }

  private void drop(float[] values, int seed) {
    int count = window.rows() * embedding.output().width();
    Dropout.drop(values, count, embeddingDropout, seed);
  }
}
