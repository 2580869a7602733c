package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.format.ModelRejectedException;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.memory.LittleEndian;
import org.staccato.model.Attention;

/**
 * The step of an attention, whose state is a ring of the last vectors.
 *
 * <p>The kernel of the gates gives the exponentials: with t = tanh(s/2), eˢ = (1 + t)/(1 − t). For
 * s ≤ 0 its error is some 2⁻²³ of 1, and the largest of them is 1.
 */
final class AttentionStep implements LayerStep {
  private final MemorySegment weights;
  private final Panels query;
  private final long queryBias;

  /** The offsets in a state of the two places and of the first vector of the ring. */
  private final long places;

  private final long kept;
  private final int window;
  private final int groups;
  private final float scale;

  /** Whether the input arrives as the row of an item. */
  private final boolean folded;

  private AttentionStep(Attention layer, LayerPlace place) throws ModelRejectedException {
    weights = place.file().data();
    query = place.matrix(Attention.QUERY);
    queryBias = place.vector(Attention.QUERY_BIAS);
    places = place.field(Attention.PLACES);
    kept = place.field(Attention.kept(0));
    window = layer.window();
    groups = RowOrder.groups(layer.width());
    scale = (float) (1 / Math.sqrt(layer.width()));
    folded = place.folded();
  }

  static AttentionStep open(Attention layer, LayerPlace place) throws ModelRejectedException {
    return new AttentionStep(layer, place);
  }

  @Override
  public long recurrentSumBytes() {
    return 0;
  }

  /** The query, and behind it a score for each vector. */
  @Override
  public long inputSumBytes() {
    return queryBytes() + RowOrder.groups(window) * Kernels.GROUP_BYTES;
  }

  private long queryBytes() {
    return query.blocks() * Panels.ROW_BYTES;
  }

  private int queryGroups() {
    return query.blocks() * (Panels.ROWS / Kernels.GROUP);
  }

  @Override
  public void prepare(Kernels kernels, MemorySegment state) {}

  @Override
  public void step(Kernels kernels, StepScratch scratch) {
    MemorySegment own = scratch.memory;
    long sums = scratch.inputSums;
    long newest = keep(kernels, scratch.vector, scratch.offset, scratch.state);
    kernels.copyRow(weights, queryBias, queryGroups(), own, sums);
    kernels.addProduct(query, 0, query.blocks(), scratch.state, newest, own, sums);
    long to = scratch.nextVector();
    attend(kernels, scratch.state, own, sums, own, to);
    scratch.pointTo(own, to);
  }

  /** Puts a vector into the ring; returns its offset in the state. */
  private long keep(Kernels kernels, MemorySegment x, long from, MemorySegment state) {
    // A state from outside may hold any number of a magnitude up to the window.
    int next = Math.clamp((int) place(state, 1), 0, window - 1);
    long offset = vector(next);
    kernels.copyRow(x, from, groups, state, offset);
    kernels.limit(state, offset, groups);
    setPlace(state, 0, Math.min(count(state) + 1, window));
    setPlace(state, 1, next + 1 == window ? 0 : next + 1);
    return offset;
  }

  private int count(MemorySegment state) {
    return Math.clamp((int) place(state, 0), 0, window);
  }

  private float place(MemorySegment state, int index) {
    return state.get(LittleEndian.FLOAT, places + (long) index * Float.BYTES);
  }

  private void setPlace(MemorySegment state, int index, int value) {
    state.set(LittleEndian.FLOAT, places + (long) index * Float.BYTES, value);
  }

  /** Sets y to the mean of the ring's vectors, weighted by the softmax of their scores. */
  private void attend(
      Kernels kernels, MemorySegment state, MemorySegment sums, long q, MemorySegment y, long to) {
    kernels.limit(sums, q, groups);
    int count = count(state);
    long scores = q + queryBytes();
    float greatest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      float score = kernels.dotProduct(sums, q, state, vector(i), groups) * scale;
      setScore(sums, scores, i, score);
      greatest = Math.max(greatest, score);
    }
    int padded = RowOrder.groups(count) * Kernels.GROUP;
    for (int i = 0; i < padded; i++) {
      setScore(sums, scores, i, i < count ? 0.5f * (score(sums, scores, i) - greatest) : 0);
    }
    kernels.tanh(sums, scores, RowOrder.groups(count));
    float total = 0;
    for (int i = 0; i < count; i++) {
      float tangent = score(sums, scores, i);
      float exponential = (1 + tangent) / (1 - tangent);
      setScore(sums, scores, i, exponential);
      total += exponential;
    }
    for (int i = 0; i < groups * Kernels.GROUP; i++) {
      setScore(y, to, i, 0);
    }
    for (int i = 0; i < count; i++) {
      kernels.addRow(state, vector(i), groups, score(sums, scores, i) / total, y, to);
    }
  }

  private long vector(int place) {
    return kept + place * (groups * Kernels.GROUP_BYTES);
  }

  private static float score(MemorySegment memory, long scores, int index) {
    return memory.get(LittleEndian.FLOAT, scores + (long) index * Float.BYTES);
  }

  private static void setScore(MemorySegment memory, long scores, int index, float score) {
    memory.set(LittleEndian.FLOAT, scores + (long) index * Float.BYTES, score);
  }

  @Override
  public void prepare(LayerBatch batch, int count) {}

  @Override
  public void step(LayerBatch batch, int count) {
    startQueries(batch, count);
    for (int i = 0; i < count; i++) {
      attend(batch, batch.state(i), i);
    }
  }

  @Override
  public void window(LayerBatch batch, MemorySegment state, int steps) {
    startQueries(batch, steps);
    for (int i = 0; i < steps; i++) {
      attend(batch, state, i);
    }
  }

  private void startQueries(LayerBatch batch, int count) {
    if (folded) {
      batch.copyItems(groups, batch.vectors, count);
    }
    for (int i = 0; i < count; i++) {
      batch.limitVector(i, groups);
    }
    batch.copyRows(weights, queryBias, queryGroups(), batch.inputSums, count);
    batch.addProducts(query, batch.vectors, count, batch.inputSums);
  }

  private void attend(LayerBatch batch, MemorySegment state, int index) {
    MemorySegment vectors = batch.vectors.memory();
    long at = index * batch.vectors.stride();
    keep(batch.kernels, vectors, at, state);
    attend(batch.kernels, state, batch.inputSums.memory(), batch.sum(index), vectors, at);
  }
}
