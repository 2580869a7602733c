package org.staccato.kernel.vector;

import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static org.staccato.kernel.OffHeapSegments.guarded;
import static org.staccato.kernel.OffHeapSegments.offHeap;
import static org.staccato.kernel.vector.VectorLayout.BYTES;
import static org.staccato.kernel.vector.VectorLayout.FLOATS;
import static org.staccato.kernel.vector.VectorLayout.LITTLE;
import static org.staccato.kernel.vector.VectorLayout.WIDTH;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.staccato.kernel.Backend;
import org.staccato.kernel.BatchScratch;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Normalization;
import org.staccato.kernel.Panels;
import org.staccato.kernel.Vectors;

/**
 * The kernels on the Vector API, at the width of the configured {@link Backend}.
 *
 * <p>Rules for good code of C2, each found by measurement:
 *
 * <ul>
 *   <li>a method is one loop over memory, and no vector crosses a call, a field or an array, so
 *       that none is ever boxed;
 *   <li>each method first casts its memory to one kind, see {@link
 *       org.staccato.kernel.OffHeapSegments};
 *   <li>the products walk their panels in ascending order in loops that C2 does not count, see
 *       {@link FloatProduct}.
 * </ul>
 */
public final class VectorKernels implements Kernels {
  /** Creates the kernels; use {@link ConfiguredKernels}. */
  public VectorKernels() {}

  @Override
  public String name() {
    return new Backend(FLOATS.vectorBitSize()).name();
  }

  @Override
  public void copyRow(MemorySegment weights, long row, int groups, MemorySegment sums, long sum) {
    MemorySegment w = guarded(weights, row);
    MemorySegment s = offHeap(sums);
    int count = groups * (GROUP / WIDTH);
    for (int i = 0; i < count; i++) {
      fromMemorySegment(FLOATS, w, row + i * BYTES, LITTLE)
          .intoMemorySegment(s, sum + i * BYTES, LITTLE);
    }
  }

  @Override
  public void addRow(
      MemorySegment weights, long row, int groups, float factor, MemorySegment sums, long sum) {
    MemorySegment w = guarded(weights, row);
    MemorySegment s = offHeap(sums);
    FloatVector factors = FloatVector.broadcast(FLOATS, factor);
    int count = groups * (GROUP / WIDTH);
    for (int i = 0; i < count; i++) {
      fromMemorySegment(FLOATS, w, row + i * BYTES, LITTLE)
          .fma(factors, fromMemorySegment(FLOATS, s, sum + i * BYTES, LITTLE))
          .intoMemorySegment(s, sum + i * BYTES, LITTLE);
    }
  }

  @Override
  public void addElements(
      MemorySegment weights,
      long row,
      int groups,
      MemorySegment x,
      long input,
      MemorySegment sums,
      long sum) {
    MemorySegment w = guarded(weights, row);
    MemorySegment v = offHeap(x);
    MemorySegment s = offHeap(sums);
    int count = groups * (GROUP / WIDTH);
    for (int i = 0; i < count; i++) {
      fromMemorySegment(FLOATS, w, row + i * BYTES, LITTLE)
          .fma(
              fromMemorySegment(FLOATS, v, input + i * BYTES, LITTLE),
              fromMemorySegment(FLOATS, s, sum + i * BYTES, LITTLE))
          .intoMemorySegment(s, sum + i * BYTES, LITTLE);
    }
  }

  @Override
  public float dotProduct(MemorySegment x, long from, MemorySegment y, long at, int groups) {
    MemorySegment first = offHeap(x);
    MemorySegment second = offHeap(y);
    FloatVector sum = FloatVector.zero(FLOATS);
    int count = groups * (GROUP / WIDTH);
    for (int i = 0; i < count; i++) {
      sum =
          fromMemorySegment(FLOATS, first, from + i * BYTES, LITTLE)
              .fma(fromMemorySegment(FLOATS, second, at + i * BYTES, LITTLE), sum);
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  @Override
  public void addProduct(
      Panels panels,
      int first,
      int count,
      MemorySegment x,
      long input,
      MemorySegment sums,
      long sum) {
    VectorProducts.addProduct(panels, first, count, x, input, sums, sum);
  }

  @Override
  public void addProducts(
      Panels panels,
      int block,
      Vectors x,
      int count,
      Vectors sums,
      long sum,
      BatchScratch scratch) {
    VectorProducts.addProducts(panels, block, x, count, sums, sum, scratch);
  }

  @Override
  public float rowProduct(Panels panels, int row, MemorySegment x, long input, float start) {
    return VectorProducts.rowProduct(panels, row, x, input, start);
  }

  @Override
  public void addRowProducts(
      Panels panels,
      int[] rows,
      int from,
      MemorySegment x,
      long input,
      MemorySegment sums,
      long sum) {
    VectorProducts.addRowProducts(panels, rows, from, x, input, sums, sum);
  }

  @Override
  public void tanh(MemorySegment values, long offset, int groups) {
    VectorTanh.apply(values, offset, groups);
  }

  @Override
  public void gelu(MemorySegment values, long offset, int groups) {
    VectorGelu.apply(values, offset, groups);
  }

  @Override
  public void advanceLstm(
      MemorySegment sums, long sum, MemorySegment state, long cell, long hidden, int groups) {
    VectorTanh.apply(sums, sum, groups * LSTM_GATES);
    LstmCells.advance(sums, sum, state, cell, hidden, groups);
    VectorTanh.apply(state, hidden, groups);
    LstmCells.openOutput(sums, sum, state, hidden, groups);
  }

  @Override
  public void advanceGru(
      MemorySegment inputSums,
      long inputSum,
      MemorySegment recurrentSums,
      long recurrentSum,
      MemorySegment state,
      long hidden,
      int groups) {
    long newGate = inputSum + 2L * groups * GROUP_BYTES;
    GruCells.addGates(inputSums, inputSum, recurrentSums, recurrentSum, groups);
    VectorTanh.apply(inputSums, inputSum, 2 * groups);
    GruCells.addReset(
        inputSums,
        inputSum,
        newGate,
        recurrentSums,
        recurrentSum + 2L * groups * GROUP_BYTES,
        groups);
    VectorTanh.apply(inputSums, newGate, groups);
    GruCells.advance(inputSums, inputSum, newGate, state, hidden, groups);
  }

  @Override
  public void normalize(
      Normalization normalization, MemorySegment x, long from, MemorySegment y, long to) {
    VectorNormalization.apply(normalization, x, from, y, to);
  }

  @Override
  public void limit(MemorySegment values, long offset, int groups) {
    MemorySegment v = offHeap(values);
    int count = groups * (GROUP / WIDTH);
    for (int i = 0; i < count; i++) {
      FloatVector value = fromMemorySegment(FLOATS, v, offset + i * BYTES, LITTLE);
      value
          .blend(LARGEST, value.compare(VectorOperators.GT, LARGEST))
          .blend(-LARGEST, value.compare(VectorOperators.LT, -LARGEST))
          .intoMemorySegment(v, offset + i * BYTES, LITTLE);
    }
  }

  @Override
  public float largest(MemorySegment values, long offset, int groups) {
    return VectorSoftmax.largest(values, offset, groups);
  }

  @Override
  public float sumOfExponentials(
      MemorySegment values, long offset, int groups, float greatest, MemorySegment lanes) {
    return VectorSoftmax.sumOfExponentials(values, offset, groups, greatest, lanes);
  }

  @Override
  public int firstGroupAbove(MemorySegment scores, int from, int to, float threshold) {
    MemorySegment s = offHeap(scores);
    for (int group = from; group < to; group++) {
      long first = group * GROUP_BYTES;
      for (long i = 0; i < GROUP_BYTES; i += BYTES) {
        FloatVector score = fromMemorySegment(FLOATS, s, first + i, LITTLE);
        VectorMask<Float> above = score.compare(VectorOperators.GT, threshold);
        if (above.anyTrue()) {
          return group;
        }
      }
    }
    return to;
  }
}
