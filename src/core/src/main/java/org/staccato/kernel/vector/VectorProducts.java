package org.staccato.kernel.vector;

import static org.staccato.kernel.Kernels.BATCH;
import static org.staccato.kernel.Panels.ROW_BYTES;
import static org.staccato.kernel.vector.VectorLayout.BYTES;

import java.lang.foreign.MemorySegment;
import org.staccato.kernel.Panels;
import org.staccato.kernel.WeightType;

/** Walks the blocks of {@link Panels} and hands them to the loop of their type. */
final class VectorProducts {
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
      BatchProduct.stream(weights, from, from + panels.blockBytes(), scratch);
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
    // A slice of the weights stays in the first cache for all vectors, where a block may not.
    for (long j = 0; j < ROW_BYTES; j += BatchProduct.SLICE) {
      for (int i = 0; i < batch; i += BATCH) {
        long vector = input + i * inputStride;
        long target = sum + i * sumStride;
        BatchProduct.addEven(
            floats, from + j, inputs, x, vector, inputStride, sums, target + j, sumStride);
        BatchProduct.addOdd(
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

  static float rowProduct(
      MemorySegment weights, Panels panels, int row, MemorySegment x, long input, float start) {
    long word = panels.wordOf(row);
    return switch (panels.type()) {
      case F32 -> RowProducts.floats(weights, word, panels.inputs(), x, input, start);
      case BF16 -> RowProducts.bfloat16s(weights, word, panels.inputs(), x, input, start);
      case I8 -> throw notExact();
    };
  }

  static void addRowProducts(
      MemorySegment weights,
      Panels panels,
      int row0,
      int row1,
      int row2,
      int row3,
      MemorySegment x,
      long input,
      MemorySegment sums,
      long sum) {
    long w0 = panels.wordOf(row0);
    long w1 = panels.wordOf(row1);
    long w2 = panels.wordOf(row2);
    long w3 = panels.wordOf(row3);
    int inputs = panels.inputs();
    switch (panels.type()) {
      case F32 -> RowProducts.addFloats(weights, w0, w1, w2, w3, inputs, x, input, sums, sum);
      case BF16 -> RowProducts.addBfloat16s(weights, w0, w1, w2, w3, inputs, x, input, sums, sum);
      case I8 -> throw notExact();
    }
  }

  private static IllegalArgumentException notExact() {
    return new IllegalArgumentException("weights: found I8, expected F32 or BF16");
  }
}
