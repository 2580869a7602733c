package org.staccato.kernel.vector;

import static org.staccato.kernel.Kernels.BATCH;
import static org.staccato.kernel.Panels.ROW_BYTES;
import static org.staccato.kernel.vector.VectorLayout.BYTES;

import java.lang.foreign.MemorySegment;
import org.staccato.kernel.BatchScratch;
import org.staccato.kernel.Panels;
import org.staccato.kernel.Vectors;
import org.staccato.kernel.WeightType;

/** Walks the blocks of {@link Panels} and hands them to the loop of their type. */
final class VectorProducts {
  /** The rows that a loop takes at a time, as the bytes of a float for each. */
  private static final long ROWS_AT_A_TIME = 4 * BYTES;

  private static final long SLICE = BatchProduct.SLICE;

  private VectorProducts() {}

  static void addProduct(
      Panels panels,
      int first,
      int count,
      MemorySegment x,
      long input,
      MemorySegment sums,
      long sum) {
    MemorySegment weights = panels.memory();
    long size = panels.blockBytes();
    long step = size / (panels.inputs() / Panels.INPUTS);
    long block = panels.offset() + first * size;
    long scale = panels.scales() + first * ROW_BYTES;
    for (int i = 0; i < count; i++) {
      long to = block + size;
      for (long j = 0; j < ROW_BYTES; j += ROWS_AT_A_TIME) {
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
      Panels panels,
      int block,
      Vectors x,
      int count,
      Vectors sums,
      long sum,
      BatchScratch scratch) {
    MemorySegment weights = panels.memory();
    int inputs = panels.inputs();
    long from = panels.offset() + block * panels.blockBytes();
    MemorySegment slice = scratch.slice();
    if (panels.type() == WeightType.F32) {
      BatchProduct.stream(weights, from, from + panels.blockBytes(), slice);
    }
    for (long j = 0; j < ROW_BYTES; j += SLICE) {
      switch (panels.type()) {
        case F32 -> {
          if (count == BATCH) {
            addSlice(weights, from + j, ROW_BYTES, inputs, x, 0, sums, sum + j);
          } else {
            BatchProduct.pack(weights, from + j, inputs, slice);
            addSlices(slice, inputs, x, count, sums, sum + j);
          }
        }
        case BF16 -> {
          Bfloat16Product.unpack(weights, from + j, panels.words(), slice, 0);
          Bfloat16Product.unpack(weights, from + j + BYTES, panels.words(), slice, BYTES);
          addSlices(slice, inputs, x, count, sums, sum + j);
        }
        case I8 -> {
          ByteProduct.unpack(weights, from + j, panels.words(), slice, 0);
          ByteProduct.unpack(weights, from + j + BYTES, panels.words(), slice, BYTES);
          addScaled(panels, block, j, x, count, sums, sum, scratch);
        }
      }
    }
  }

  private static void addSlices(
      MemorySegment slice, int inputs, Vectors x, int count, Vectors sums, long sum) {
    for (int i = 0; i < count; i += BATCH) {
      addSlice(slice, 0, SLICE, inputs, x, i, sums, sum);
    }
  }

  private static void addSlice(
      MemorySegment floats,
      long from,
      long rowStride,
      int inputs,
      Vectors x,
      int first,
      Vectors sums,
      long sum) {
    long input = x.offset() + first * x.stride();
    long target = sums.offset() + first * sums.stride() + sum;
    BatchProduct.addEven(floats, from, rowStride, inputs, x, input, sums, target);
    BatchProduct.addOdd(floats, from, rowStride, inputs, x, input, sums, target);
  }

  /** Computes the products of a slice without its scales, then adds them scaled. */
  private static void addScaled(
      Panels panels,
      int block,
      long rows,
      Vectors x,
      int count,
      Vectors sums,
      long sum,
      BatchScratch scratch) {
    long scales = panels.scales() + block * ROW_BYTES + rows;
    Vectors products = scratch.products();
    for (int i = 0; i < count; i += BATCH) {
      ByteProduct.clear(products);
      long input = x.offset() + i * x.stride();
      BatchProduct.addEven(scratch.slice(), 0, SLICE, panels.inputs(), x, input, products, 0);
      BatchProduct.addOdd(scratch.slice(), 0, SLICE, panels.inputs(), x, input, products, 0);
      for (int j = 0; j < BATCH; j++) {
        long target = sums.offset() + (i + j) * sums.stride() + sum + rows;
        ByteProduct.addScaled(
            panels.memory(),
            scales,
            products.memory(),
            j * products.stride(),
            sums.memory(),
            target);
      }
    }
  }

  static float rowProduct(Panels panels, int row, MemorySegment x, long input, float start) {
    MemorySegment weights = panels.memory();
    long word = panels.wordOf(row);
    return switch (panels.type()) {
      case F32 -> RowProducts.floats(weights, word, panels.inputs(), x, input, start);
      case BF16 -> RowProducts.bfloat16s(weights, word, panels.inputs(), x, input, start);
      case I8 -> throw notExact();
    };
  }

  static void addRowProducts(
      Panels panels,
      int[] rows,
      int from,
      MemorySegment x,
      long input,
      MemorySegment sums,
      long sum) {
    switch (panels.type()) {
      case F32 -> RowProducts.addFloats(panels, rows, from, x, input, sums, sum);
      case BF16 -> RowProducts.addBfloat16s(panels, rows, from, x, input, sums, sum);
      case I8 -> throw notExact();
    }
  }

  private static IllegalArgumentException notExact() {
    return new IllegalArgumentException("weights: found I8, expected F32 or BF16");
  }
}
