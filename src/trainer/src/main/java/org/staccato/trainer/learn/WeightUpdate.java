package org.staccato.trainer.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Matrix;

/**
 * The update of the weights after a window: the sum of the gradients of all threads, its norm, and
 * the step of the optimizer. The work is shared by the threads.
 *
 * <p>A parameter that is learnt as a whole is shared by ranges. Of one that is learnt row by row
 * only the rows that some thread touched are read, moved and cleared; the others keep their weights
 * and the optimizer's moments, and do not decay.
 */
final class WeightUpdate {
  private final LearntWeights weights;
  private final Optimizer optimizer;
  private final AveragedWeights average;
  private final Shard[] shards;
  private final Workers workers;
  private final List<Interval> whole = new ArrayList<>();
  private final double[] squares;

  /** Weights [from, end), both multiples of the padding. */
  private record Interval(int from, int end) {

    /** Returns the part of one of several threads. */
    Interval part(int part, int parts) {
      return new Interval(begin(part, parts), begin(part + 1, parts));
    }

    private int begin(int part, int parts) {
      int blocks = (end - from) / Matrix.PADDING;
      return from + Matrix.PADDING * (int) ((long) blocks * part / parts);
    }

    int size() {
      return end - from;
    }
  }

  /** Acts on a range of weights. */
  private interface RangeAction {
    void accept(int from, int size);
  }

  /**
   * Makes updates of weights.
   *
   * @param average follows the weights
   * @param shards one for each thread of {@code workers}
   */
  WeightUpdate(
      ParameterArray parameters,
      LearntWeights weights,
      Optimizer optimizer,
      AveragedWeights average,
      Shard[] shards,
      Workers workers) {
    this.weights = weights;
    this.optimizer = optimizer;
    this.average = average;
    this.shards = shards;
    this.workers = workers;
    squares = new double[shards.length];
    int from = 0;
    for (ParameterRange range : parameters.ranges()) {
      if (range.layout().byRow()) {
        addWhole(from, range.offset());
        from = range.offset() + range.size();
      }
    }
    addWhole(from, parameters.size());
  }

  private void addWhole(int from, int end) {
    if (from < end) {
      whole.add(new Interval(from, end));
    }
  }

  /**
   * Sums the gradients into the first shard's, clears the others and returns the norm.
   *
   * @param seed the seed of the window, which selected the items without their own part
   */
  double reduce(int seed) throws InterruptedException {
    float[] total = shards[0].gradient;
    for (int i = 1; i < shards.length; i++) {
      shards[0].touched.take(shards[i].touched);
    }
    workers.run(
        part -> {
          squares[part] = 0;
          RangeAction sum =
              (from, size) -> {
                for (int i = 1; i < shards.length; i++) {
                  Elements.multiplyAdd(1f, shards[i].gradient, from, total, from, size);
                  Arrays.fill(shards[i].gradient, from, from + size, 0f);
                }
                squares[part] += Elements.squares(total, from, size);
              };
          forEachWhole(part, sum);
          forEachRow(part, sum);
        });
    if (weights.composed != null) {
      backwardComposed(weights.composed, seed);
    }
    return Math.sqrt(Arrays.stream(squares).sum());
  }

  /** Hands the gradient of composed rows on to their parts, and measures it anew. */
  private void backwardComposed(ComposedRows composed, int seed) throws InterruptedException {
    float[] total = shards[0].gradient;
    int parts = shards.length;
    workers.run(part -> composed.backwardToFeatures(total, part, parts));
    workers.run(part -> composed.backwardToItems(total, seed, part, parts));
    workers.run(
        part -> {
          squares[part] = 0;
          forEachWhole(part, (from, size) -> squares[part] += Elements.squares(total, from, size));
        });
  }

  /**
   * Moves the weights along the sum of the gradients, and clears it.
   *
   * @param scale multiplies the gradient
   * @param rate the learning rate
   */
  void move(double scale, double rate) throws InterruptedException {
    float[] total = shards[0].gradient;
    optimizer.advance();
    average.advance();
    workers.run(
        part -> {
          forEachWhole(
              part,
              (from, size) -> {
                average.before(weights.values, from, size);
                optimizer.step(weights.values, total, from, from + size, scale, rate);
                average.after(weights.values, from, size);
                Arrays.fill(total, from, from + size, 0f);
              });
          forEachRow(
              part,
              (from, size) -> {
                average.before(weights.values, from, size);
                optimizer.stepRow(weights.values, total, from, from + size, scale, rate);
                average.after(weights.values, from, size);
                Arrays.fill(total, from, from + size, 0f);
              });
        });
    shards[0].touched.clear();
    // Rows that are composed anew before each window are copied then.
    if (weights.composed == null) {
      workers.run(part -> weights.refresh(part, shards.length));
    }
  }

  /** Visits the parts of a thread of what is learnt as a whole. */
  private void forEachWhole(int part, RangeAction action) {
    for (Interval interval : whole) {
      Interval own = interval.part(part, shards.length);
      action.accept(own.from, own.size());
    }
  }

  /** Visits the touched rows of a thread. */
  private void forEachRow(int part, RangeAction action) {
    int parts = shards.length;
    for (TouchedRows rows : shards[0].touched.rows()) {
      int end = (int) ((long) rows.count() * (part + 1) / parts);
      for (int row = (int) ((long) rows.count() * part / parts); row < end; row++) {
        action.accept(rows.at(row), rows.width());
      }
    }
  }
}
