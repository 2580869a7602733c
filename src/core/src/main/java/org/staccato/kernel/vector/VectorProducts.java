package org.staccato.kernel.vector;

import static org.staccato.kernel.Kernels.BATCH;
import static org.staccato.kernel.Panels.ROW_BYTES;
import static org.staccato.kernel.vector.OffHeapSegments.offHeap;
import static org.staccato.kernel.vector.VectorLayout.BYTES;
import static org.staccato.kernel.vector.VectorLayout.FLOAT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.staccato.kernel.Panels;
import org.staccato.kernel.WeightType;

/** Walks the blocks of {@link Panels} and hands them to the loop of their type. */
final class VectorProducts {
  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(VectorLayout.LITTLE);

  /** The rows that a loop takes at a time, as the bytes of a float for each. */
  private static final long SLICE = 4 * BYTES;

  private VectorProducts() {}

  static void addProduct(
      MemorySegment weights,
      Panels panels,
      int first,
      int count,
      MemorySegment x,
      long input,
      MemorySegment sums,
      long sum) {
    long size = panels.blockBytes();
    long step = size / (panels.inputs() / Panels.INPUTS);
    long block = panels.offset() + first * size;
    long scale = panels.scales() + first * ROW_BYTES;
    for (int i = 0; i < count; i++) {
      long to = block + size;
      for (long j = 0; j < ROW_BYTES; j += SLICE) {
        long target = sum + i * ROW_BYTES + j;
        switch (panels.type()) {
          case F32 -> FloatProduct.add(weights, block + j, to + j, step, x, input, sums, target);
          case BF16 ->
              Bfloat16Product.add(weights, block + j, to + j, step, x, input, sums, target);
          case I8 -> {
            long scales = scale + i * ROW_BYTES + j;
            ByteProduct.add(weights, block + j, to + j, step, scales, x, input, sums, target);
          }
        }
      }
      block = to;
    }
  }

  static void addProducts(
      MemorySegment weights,
      Panels panels,
      int block,
      MemorySegment scratch,
      MemorySegment x,
      long input,
      long inputStride,
      int batch,
      MemorySegment sums,
      long sum,
      long sumStride) {
    long from = panels.offset() + block * panels.blockBytes();
    if (panels.type() == WeightType.F32) {
      addBatch(weights, from, panels.inputs(), x, input, inputStride, batch, sums, sum, sumStride);
      return;
    }
    for (long j = 0; j < ROW_BYTES; j += BYTES) {
      if (panels.type() == WeightType.BF16) {
        Bfloat16Product.unpack(weights, from + j, panels.words(), scratch, j);
      } else {
        ByteProduct.unpack(weights, from + j, panels.words(), scratch, j);
      }
    }
    if (panels.type() == WeightType.BF16) {
      addBatch(scratch, 0, panels.inputs(), x, input, inputStride, batch, sums, sum, sumStride);
    } else {
      long scales = panels.scales() + block * ROW_BYTES;
      addScaled(
          weights,
          scales,
          scratch,
          panels.inputs(),
          x,
          input,
          inputStride,
          batch,
          sums,
          sum,
          sumStride);
    }
  }

  private static void addBatch(
      MemorySegment floats,
      long from,
      int inputs,
      MemorySegment x,
      long input,
      long inputStride,
      int batch,
      MemorySegment sums,
      long sum,
      long sumStride) {
    for (int i = 0; i < batch; i += BATCH) {
      long vector = input + i * inputStride;
      long target = sum + i * sumStride;
      for (long j = 0; j < ROW_BYTES; j += BatchProduct.SLICE) {
        BatchProduct.add(
            floats, from + j, inputs, x, vector, inputStride, sums, target + j, sumStride);
      }
    }
  }

  /** Takes the products of weights without their scales apart, and adds them scaled. */
  private static void addScaled(
      MemorySegment weights,
      long scales,
      MemorySegment scratch,
      int inputs,
      MemorySegment x,
      long input,
      long inputStride,
      int batch,
      MemorySegment sums,
      long sum,
      long sumStride) {
    long products = inputs * ROW_BYTES;
    for (int i = 0; i < batch; i += BATCH) {
      ByteProduct.clear(scratch, products, BATCH * ROW_BYTES);
      addBatch(
          scratch,
          0,
          inputs,
          x,
          input + i * inputStride,
          inputStride,
          BATCH,
          scratch,
          products,
          ROW_BYTES);
      for (int j = 0; j < BATCH; j++) {
        ByteProduct.addScaled(
            weights, scales, scratch, products + j * ROW_BYTES, sums, sum + (i + j) * sumStride);
      }
    }
  }

  /** The even and the odd inputs in chains of their own, as the vector loops add them. */
  static float rowProduct(
      MemorySegment weights, Panels panels, int row, MemorySegment x, long input, float start) {
    if (panels.type() == WeightType.I8) {
      throw new IllegalArgumentException("weights: found I8, expected F32 or BF16");
    }
    MemorySegment w = offHeap(weights);
    MemorySegment v = offHeap(x);
    boolean packed = panels.type() == WeightType.BF16;
    long stride = packed ? ROW_BYTES : 2 * ROW_BYTES;
    long position =
        panels.offset()
            + row / Panels.ROWS * panels.blockBytes()
            + (long) (row % Panels.ROWS) * Float.BYTES;
    float even = start;
    float odd = 0;
    for (int i = 0; i < panels.inputs(); i += 2) {
      int word = w.get(WORD, position);
      int next = packed ? word & 0xffff0000 : w.get(WORD, position + ROW_BYTES);
      float low = Float.intBitsToFloat(packed ? word << 16 : word);
      long offset = input + (long) i * Float.BYTES;
      even = Math.fma(low, v.get(FLOAT, offset), even);
      odd = Math.fma(Float.intBitsToFloat(next), v.get(FLOAT, offset + Float.BYTES), odd);
      position += stride;
    }
    return even + odd;
  }
}
