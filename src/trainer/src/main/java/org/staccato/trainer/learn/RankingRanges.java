package org.staccato.trainer.learn;

import org.staccato.model.Head;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Ranking;
import org.staccato.trainer.kernel.Matrix;

/**
 * The ranges of the parameters of a ranking.
 *
 * @param matrix the weights, a row for each item; the embeddings if the ranking is tied
 * @param bias the biases
 */
record RankingRanges(ParameterRange matrix, ParameterRange bias) {

  /** Finds the ranges of the ranking of a network. */
  static RankingRanges of(ParameterArray parameters) {
    Ranking ranking = parameters.ranking();
    return new RankingRanges(
        parameters.range(
            ranking.tied()
                ? ModelSpecification.embeddingName()
                : ModelSpecification.headName(ranking.name(), Head.WEIGHTS)),
        parameters.range(ModelSpecification.headName(ranking.name(), Head.BIAS)));
  }

  /** Returns the number of items. */
  int items() {
    return matrix.parameter().rows();
  }

  /** Returns the padded number of weights of an item. */
  int width() {
    return matrix.size() / Matrix.padded(items());
  }
}
