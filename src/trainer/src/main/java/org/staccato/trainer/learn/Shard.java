package org.staccato.trainer.learn;

import java.util.ArrayList;
import java.util.List;

/**
 * The work of one thread: some of the streams, the passes over them, and a gradient of all weights.
 * Confined to one thread at a time.
 */
final class Shard {
  private final Dropout dropout;
  private final EmbeddingPass embedding;
  private final List<LayerPass> layers = new ArrayList<>();
  private final RankingPass ranking;

  final Window window;
  final float[] gradient;

  /** The sum of the last window's losses. */
  double loss;

  Shard(ParameterArray parameters, TrainingOptions options, Objective objective, int streams) {
    dropout = options.dropout();
    window = new Window(streams, options.batching().window());
    gradient = new float[parameters.size()];
    embedding = new EmbeddingPass(parameters, window);
    Rows rows = embedding.output();
    for (LayerPass.Factory factory : parameters.layers()) {
      LayerPass layer = factory.newPass(parameters, layers.size(), rows, window);
      layers.add(layer);
      rows = layer.output();
    }
    ranking = new RankingPass(parameters, objective, rows, window);
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
    drop(embedded.values(), embedded.width(), dropout.embedding(), seed);
    for (int number = 0; number < layers.size(); number++) {
      LayerPass layer = layers.get(number);
      layer.forward(weights);
      drop(layer.output().values(), layer.output().width(), dropout(number), seed + number + 1);
    }
    loss = ranking.run(weights, gradient, share);
    for (int number = layers.size() - 1; number >= 0; number--) {
      LayerPass layer = layers.get(number);
      drop(layer.output().gradient(), layer.output().width(), dropout(number), seed + number + 1);
      layer.backward(weights, gradient);
    }
    drop(embedded.gradient(), embedded.width(), dropout.embedding(), seed);
    embedding.backward(gradient);
  }

  private float dropout(int layer) {
    return layer == layers.size() - 1 ? dropout.hidden() : dropout.input();
  }

  private void drop(float[] values, int width, float probability, int seed) {
    Dropout.drop(values, window.rows() * width, probability, seed);
  }
}
