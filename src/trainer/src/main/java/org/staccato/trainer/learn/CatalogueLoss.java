package org.staccato.trainer.learn;

import org.staccato.trainer.kernel.Matrix;
import org.staccato.trainer.sequence.ItemCounts;
import org.staccato.trainer.sequence.Sequences;

/**
 * The loss of a training over its catalogue: knows what the scores of an item gain while learning,
 * and makes the objective and the candidates of each thread. Immutable; shared by all threads.
 */
final class CatalogueLoss {
  private final Loss loss;
  private final ItemCounts counts;
  private final int items;
  private final int negatives;

  /**
   * For each item, padded, the gain of its score in a tile of {@link ScoreTile#ROWS} rows; empty if
   * no score gains anything.
   */
  private final float[] gains;

  /** Counts how often each item of the sequences is a target. */
  CatalogueLoss(Loss loss, Sequences sequences) {
    this.loss = loss;
    counts = new ItemCounts(sequences);
    items = sequences.items();
    negatives = Math.min(loss.negatives(), items);
    boolean none =
        switch (loss.kind()) {
          case FULL -> loss.logitAdjustment() == 0;
          case BPR_MAX -> true;
          case SAMPLED, GBCE -> false;
        };
    gains = new float[none ? 0 : Matrix.padded(items)];
    for (int item = 0; item < items && !none; item++) {
      gains[item] = (float) gain(item, ScoreTile.ROWS);
    }
  }

  /** Makes a pass. */
  HeadPass newPass(ParameterArray parameters, Rows input, Window window, TouchedItems touched) {
    Candidates candidates = newCandidates(RankingRanges.of(parameters), touched);
    return new RankingPass(newObjective(), candidates, input, window);
  }

  /** Makes an objective. */
  Objective newObjective() {
    return switch (loss.kind()) {
      case FULL, SAMPLED -> new SoftmaxCrossEntropy(loss.labelSmoothing());
      case BPR_MAX -> new BprMax(loss.regularization());
      case GBCE -> new GeneralizedBinaryCrossEntropy(loss.targetExponent(items));
    };
  }

  /**
   * Makes candidates.
   *
   * @param touched receives the items of a sample
   */
  Candidates newCandidates(RankingRanges ranges, TouchedItems touched) {
    return loss.sampled()
        ? new SampledCandidates(ranges, this, touched)
        : new WholeCatalogue(ranges, gains);
  }

  /** Returns the number of items. */
  int items() {
    return items;
  }

  /** Returns the number of distinct negatives of a window. */
  int negatives() {
    return negatives;
  }

  /**
   * Returns what the score of a candidate gains: the logit adjustment; in a sample that a softmax
   * goes over, the correction for the way in which the item got there; for the generalised binary
   * cross-entropy −log of the number of negatives. There the first probabilities of the negatives
   * sum up to about 1, as in T.-Y. Lin et al., 2017, so that learning need not begin with lowering
   * the bias of each item, of which a window touches few.
   *
   * @param rows the number of rows of the tile
   */
  double gainOf(int item, int rows) {
    if (gains.length == 0) {
      return 0;
    }
    return rows == ScoreTile.ROWS ? gains[item] : gain(item, rows);
  }

  private double gain(int item, int rows) {
    double gain = 0;
    if (loss.logitAdjustment() != 0) {
      // One more event for each item, so that no share is 0.
      double share = (counts.of(item) + 1) / ((double) counts.events() + items);
      gain = loss.logitAdjustment() * Math.log(share);
    }
    return switch (loss.kind()) {
      case SAMPLED -> gain - Math.log(inclusion(item, rows));
      case GBCE -> -Math.log(negatives);
      case FULL, BPR_MAX -> gain;
    };
  }

  /**
   * Returns the probability that an item is a candidate whatever the target of a row is: as one of
   * the negatives, or as the target of another row, which is taken to be drawn by the items' shares
   * of the events.
   *
   * <p>A softmax over a sample estimates that over the catalogue if the logarithm of this is taken
   * from each score (Y. Bengio and J.-S. Senécal, 2008). With negatives alone it is the same for
   * all items and would make no difference.
   */
  private double inclusion(int item, int rows) {
    double share = (double) counts.of(item) / counts.events();
    double noNegative = 1 - (double) negatives / items;
    return 1 - noNegative * Math.pow(1 - share, rows - 1);
  }
}
