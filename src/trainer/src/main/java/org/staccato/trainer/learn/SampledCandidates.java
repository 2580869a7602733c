package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Matrix;

/**
 * Scores a sample of the items: negatives that are drawn for a window, uniformly and each once, and
 * behind them the targets of a tile that are not among them. Their weights are gathered, so that a
 * product reads these and no others, and the gradient of their weights is added to that of all
 * weights row by row.
 */
final class SampledCandidates implements Candidates {
  private final RankingRanges ranges;
  private final CatalogueLoss loss;
  private final TouchedItems touched;
  private final UniformSample sample;
  private final int negatives;
  private final int width;

  /** The items of the columns. */
  private final int[] items;

  /** The column of each item, −1 for none. */
  private final int[] columnOf;

  private final float[] rows;
  private final Matrix columns;
  private final float[] rowGradient;
  private final float[] biasGradient;
  private int used;

  /**
   * Makes candidates.
   *
   * @param touched receives the items that have a gradient
   */
  SampledCandidates(RankingRanges ranges, CatalogueLoss loss, TouchedItems touched) {
    this.ranges = ranges;
    this.loss = loss;
    this.touched = touched;
    negatives = loss.negatives();
    sample = new UniformSample(negatives, loss.items());
    width = ranges.width();
    int capacity = Matrix.padded(negatives + ScoreTile.ROWS);
    items = new int[capacity];
    columnOf = new int[loss.items()];
    Arrays.fill(columnOf, -1);
    rows = new float[Math.multiplyExact(capacity, width)];
    int stride = Matrix.spreadStride(capacity);
    columns =
        new Matrix(new float[Math.multiplyExact(width, stride)], 0, width, capacity, stride, 1);
    rowGradient = new float[rows.length];
    biasGradient = new float[capacity];
  }

  @Override
  public ScoreTile newTile() {
    ScoreTile tile = new ScoreTile(items.length);
    tile.negatives = negatives;
    return tile;
  }

  @Override
  public void begin(LearntWeights weights, ScoreTile tile, int seed) {
    used = 0;
    for (int item : sample.draw(seed)) {
      append(weights, item);
    }
    Elements.copy(
        view(0, Matrix.padded(used)), columns.columns(0, Matrix.padded(used)).transpose());
  }

  /** Gives an item the next column. */
  private void append(LearntWeights weights, int item) {
    items[used] = item;
    columnOf[item] = used;
    int at = ranges.matrix().offset() + item * width;
    System.arraycopy(weights.values, at, rows, used * width, width);
    used++;
  }

  private Matrix view(int from, int end) {
    return Matrix.of(rows, from * width, end - from, width);
  }

  @Override
  public void place(LearntWeights weights, ScoreTile tile) {
    for (int row = 0; row < tile.count; row++) {
      int target = tile.targets[row];
      if (columnOf[target] < 0) {
        append(weights, target);
      }
      tile.targets[row] = columnOf[target];
    }
    int padded = Matrix.padded(used);
    int from = negatives / Matrix.PADDING * Matrix.PADDING;
    Elements.copy(view(from, padded), columns.columns(from, padded - from).transpose());
    for (int column = 0; column < used; column++) {
      int item = items[column];
      double gain = loss.gainOf(item, tile.count);
      tile.bias[column] = (float) (weights.values[ranges.bias().offset() + item] + gain);
    }
    Arrays.fill(tile.bias, used, padded, ScoreTile.NEVER);
    tile.used = used;
    tile.items = padded;
  }

  @Override
  public Matrix columns(LearntWeights weights) {
    return columns.columns(0, Matrix.padded(used));
  }

  @Override
  public Matrix rows(LearntWeights weights) {
    return view(0, Matrix.padded(used));
  }

  @Override
  public Matrix rowGradient(float[] gradient) {
    return Matrix.of(rowGradient, 0, Matrix.padded(used), width);
  }

  @Override
  public Matrix biasGradient(float[] gradient) {
    return Matrix.of(biasGradient, 0, biasGradient.length, 1);
  }

  @Override
  public void endTile(float[] gradient) {
    release(negatives, gradient);
  }

  @Override
  public void end(float[] gradient) {
    release(0, gradient);
  }

  /** Adds the gradients of the columns from one on to the gradient of all weights. */
  private void release(int from, float[] gradient) {
    for (int column = from; column < used; column++) {
      int item = items[column];
      int at = ranges.matrix().offset() + item * width;
      Elements.multiplyAdd(1f, rowGradient, column * width, gradient, at, width);
      gradient[ranges.bias().offset() + item] += biasGradient[column];
      touched.add(ranges.matrix(), item);
      touched.add(ranges.bias(), item);
      columnOf[item] = -1;
    }
    Arrays.fill(rowGradient, from * width, used * width, 0f);
    Arrays.fill(biasGradient, from, used, 0f);
    used = from;
  }
}
