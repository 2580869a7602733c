package org.staccato.kernel.vector;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static org.staccato.kernel.OffHeapSegments.guarded;
import static org.staccato.kernel.OffHeapSegments.offHeap;
import static org.staccato.kernel.Panels.ROW_BYTES;
import static org.staccato.kernel.vector.VectorLayout.BYTES;
import static org.staccato.kernel.vector.VectorLayout.FLOAT;
import static org.staccato.kernel.vector.VectorLayout.FLOATS;
import static org.staccato.kernel.vector.VectorLayout.LITTLE;
import static org.staccato.kernel.vector.VectorLayout.WORDS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Vectors;

/**
 * Products with weights in eight bits, of which a word holds four inputs. A shift brings a byte to
 * the top of the word, where the bytes below it are its fraction: no mask is needed, see {@link
 * org.staccato.kernel.WeightType#I8}.
 */
final class ByteProduct {
  private ByteProduct() {}

  /** Adds the products of as many rows as four vectors hold, each times its scale. */
  static void add(
      MemorySegment weights,
      long from,
      long to,
      long step,
      long scale,
      MemorySegment x,
      long input,
      MemorySegment sums,
      long sum) {
    MemorySegment w = offHeap(weights);
    MemorySegment v = offHeap(x);
    MemorySegment s = offHeap(sums);
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = b0;
    FloatVector b2 = b0;
    FloatVector b3 = b0;
    long row = from;
    long position = input;
    while (row != to) {
      FloatVector x0 = broadcast(FLOATS, v.get(FLOAT, position));
      FloatVector x1 = broadcast(FLOATS, v.get(FLOAT, position + Float.BYTES));
      FloatVector x2 = broadcast(FLOATS, v.get(FLOAT, position + 2 * Float.BYTES));
      FloatVector x3 = broadcast(FLOATS, v.get(FLOAT, position + 3 * Float.BYTES));
      IntVector word = IntVector.fromMemorySegment(WORDS, w, row, LITTLE);
      a0 =
          ((FloatVector) word.lanewise(VectorOperators.LSHL, 24).convert(VectorOperators.I2F, 0))
              .fma(x0, a0);
      b0 =
          ((FloatVector) word.lanewise(VectorOperators.LSHL, 16).convert(VectorOperators.I2F, 0))
              .fma(x1, b0);
      a0 =
          ((FloatVector) word.lanewise(VectorOperators.LSHL, 8).convert(VectorOperators.I2F, 0))
              .fma(x2, a0);
      b0 = ((FloatVector) word.convert(VectorOperators.I2F, 0)).fma(x3, b0);
      word = IntVector.fromMemorySegment(WORDS, w, row + BYTES, LITTLE);
      a1 =
          ((FloatVector) word.lanewise(VectorOperators.LSHL, 24).convert(VectorOperators.I2F, 0))
              .fma(x0, a1);
      b1 =
          ((FloatVector) word.lanewise(VectorOperators.LSHL, 16).convert(VectorOperators.I2F, 0))
              .fma(x1, b1);
      a1 =
          ((FloatVector) word.lanewise(VectorOperators.LSHL, 8).convert(VectorOperators.I2F, 0))
              .fma(x2, a1);
      b1 = ((FloatVector) word.convert(VectorOperators.I2F, 0)).fma(x3, b1);
      word = IntVector.fromMemorySegment(WORDS, w, row + 2 * BYTES, LITTLE);
      a2 =
          ((FloatVector) word.lanewise(VectorOperators.LSHL, 24).convert(VectorOperators.I2F, 0))
              .fma(x0, a2);
      b2 =
          ((FloatVector) word.lanewise(VectorOperators.LSHL, 16).convert(VectorOperators.I2F, 0))
              .fma(x1, b2);
      a2 =
          ((FloatVector) word.lanewise(VectorOperators.LSHL, 8).convert(VectorOperators.I2F, 0))
              .fma(x2, a2);
      b2 = ((FloatVector) word.convert(VectorOperators.I2F, 0)).fma(x3, b2);
      word = IntVector.fromMemorySegment(WORDS, w, row + 3 * BYTES, LITTLE);
      a3 =
          ((FloatVector) word.lanewise(VectorOperators.LSHL, 24).convert(VectorOperators.I2F, 0))
              .fma(x0, a3);
      b3 =
          ((FloatVector) word.lanewise(VectorOperators.LSHL, 16).convert(VectorOperators.I2F, 0))
              .fma(x1, b3);
      a3 =
          ((FloatVector) word.lanewise(VectorOperators.LSHL, 8).convert(VectorOperators.I2F, 0))
              .fma(x2, a3);
      b3 = ((FloatVector) word.convert(VectorOperators.I2F, 0)).fma(x3, b3);
      row += step;
      position += 4 * Float.BYTES;
    }
    a0 =
        a0.add(b0)
            .fma(
                fromMemorySegment(FLOATS, w, scale, LITTLE),
                fromMemorySegment(FLOATS, s, sum, LITTLE));
    a0.intoMemorySegment(s, sum, LITTLE);
    a1 =
        a1.add(b1)
            .fma(
                fromMemorySegment(FLOATS, w, scale + BYTES, LITTLE),
                fromMemorySegment(FLOATS, s, sum + BYTES, LITTLE));
    a1.intoMemorySegment(s, sum + BYTES, LITTLE);
    a2 =
        a2.add(b2)
            .fma(
                fromMemorySegment(FLOATS, w, scale + 2 * BYTES, LITTLE),
                fromMemorySegment(FLOATS, s, sum + 2 * BYTES, LITTLE));
    a2.intoMemorySegment(s, sum + 2 * BYTES, LITTLE);
    a3 =
        a3.add(b3)
            .fma(
                fromMemorySegment(FLOATS, w, scale + 3 * BYTES, LITTLE),
                fromMemorySegment(FLOATS, s, sum + 3 * BYTES, LITTLE));
    a3.intoMemorySegment(s, sum + 3 * BYTES, LITTLE);
  }

  /** Unpacks as many rows as a vector holds into floats {@code [input][row]}, without scales. */
  static void unpack(
      MemorySegment weights, long from, int words, MemorySegment slice, long offset) {
    MemorySegment w = guarded(weights, from);
    MemorySegment f = offHeap(slice);
    for (int i = 0; i < words; i++) {
      IntVector word = IntVector.fromMemorySegment(WORDS, w, from + i * ROW_BYTES, LITTLE);
      long to = offset + 4L * i * BatchProduct.SLICE;
      ((FloatVector) word.lanewise(VectorOperators.LSHL, 24).convert(VectorOperators.I2F, 0))
          .intoMemorySegment(f, to, LITTLE);
      ((FloatVector) word.lanewise(VectorOperators.LSHL, 16).convert(VectorOperators.I2F, 0))
          .intoMemorySegment(f, to + BatchProduct.SLICE, LITTLE);
      ((FloatVector) word.lanewise(VectorOperators.LSHL, 8).convert(VectorOperators.I2F, 0))
          .intoMemorySegment(f, to + 2 * BatchProduct.SLICE, LITTLE);
      ((FloatVector) word.convert(VectorOperators.I2F, 0))
          .intoMemorySegment(f, to + 3 * BatchProduct.SLICE, LITTLE);
    }
  }

  /** Sets sums to 0. */
  static void clear(Vectors products) {
    MemorySegment s = offHeap(products.memory());
    for (int i = 0; i < Kernels.BATCH; i++) {
      long product = products.offset() + i * products.stride();
      for (long j = 0; j < BatchProduct.SLICE; j += BYTES) {
        FloatVector.zero(FLOATS).intoMemorySegment(s, product + j, LITTLE);
      }
    }
  }

  /** Adds the products of the rows of a block, each times its scale. */
  static void addScaled(
      MemorySegment weights,
      long scale,
      MemorySegment products,
      long product,
      MemorySegment sums,
      long sum) {
    MemorySegment w = guarded(weights, scale);
    MemorySegment p = offHeap(products);
    MemorySegment s = offHeap(sums);
    for (long i = 0; i < BatchProduct.SLICE; i += BYTES) {
      fromMemorySegment(FLOATS, p, product + i, LITTLE)
          .fma(
              fromMemorySegment(FLOATS, w, scale + i, LITTLE),
              fromMemorySegment(FLOATS, s, sum + i, LITTLE))
          .intoMemorySegment(s, sum + i, LITTLE);
    }
  }
}
