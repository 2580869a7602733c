package org.staccato.kernel.vector;

import static org.staccato.kernel.OffHeapSegments.offHeap;
import static org.staccato.kernel.Panels.ROW_BYTES;
import static org.staccato.kernel.vector.VectorLayout.FLOAT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.staccato.kernel.Panels;

/**
 * Products of single rows: the even and the odd inputs in chains of their own, as the vector loops
 * add them. A row touches a cache line for each of its words. Four rows at a time have more of
 * these reads under way, in more pages: 100 rows of 64 inputs from main memory took 60 to 65 % of
 * the time of one row after the other.
 */
final class RowProducts {
  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(VectorLayout.LITTLE);
  private static final int UPPER = 0xffff0000;

  private RowProducts() {}

  static float floats(
      MemorySegment weights, long word, int inputs, MemorySegment x, long input, float start) {
    MemorySegment w = offHeap(weights);
    MemorySegment v = offHeap(x);
    long position = word;
    long offset = input;
    float even = start;
    float odd = 0;
    for (int i = 0; i < inputs; i += 2) {
      even = Math.fma(w.get(FLOAT, position), v.get(FLOAT, offset), even);
      position += ROW_BYTES;
      odd = Math.fma(w.get(FLOAT, position), v.get(FLOAT, offset + Float.BYTES), odd);
      position += ROW_BYTES;
      offset += 2 * Float.BYTES;
    }
    return even + odd;
  }

  static float bfloat16s(
      MemorySegment weights, long word, int inputs, MemorySegment x, long input, float start) {
    MemorySegment w = offHeap(weights);
    MemorySegment v = offHeap(x);
    long position = word;
    long offset = input;
    float even = start;
    float odd = 0;
    for (int i = 0; i < inputs; i += 2) {
      int pair = w.get(WORD, position);
      even = Math.fma(Float.intBitsToFloat(pair << 16), v.get(FLOAT, offset), even);
      odd = Math.fma(Float.intBitsToFloat(pair & UPPER), v.get(FLOAT, offset + Float.BYTES), odd);
      position += ROW_BYTES;
      offset += 2 * Float.BYTES;
    }
    return even + odd;
  }

  static void addFloats(
      Panels panels,
      int[] rows,
      int from,
      MemorySegment x,
      long input,
      MemorySegment sums,
      long sum) {
    long word0 = panels.wordOf(rows[from]);
    long word1 = panels.wordOf(rows[from + 1]);
    long word2 = panels.wordOf(rows[from + 2]);
    long word3 = panels.wordOf(rows[from + 3]);
    int inputs = panels.inputs();
    MemorySegment w = offHeap(panels.memory());
    MemorySegment v = offHeap(x);
    MemorySegment s = offHeap(sums);
    float a0 = s.get(FLOAT, sum);
    float a1 = s.get(FLOAT, sum + Float.BYTES);
    float a2 = s.get(FLOAT, sum + 2 * Float.BYTES);
    float a3 = s.get(FLOAT, sum + 3 * Float.BYTES);
    float b0 = 0;
    float b1 = 0;
    float b2 = 0;
    float b3 = 0;
    long row = 0;
    long offset = input;
    for (int i = 0; i < inputs; i += 2) {
      float x0 = v.get(FLOAT, offset);
      a0 = Math.fma(w.get(FLOAT, word0 + row), x0, a0);
      a1 = Math.fma(w.get(FLOAT, word1 + row), x0, a1);
      a2 = Math.fma(w.get(FLOAT, word2 + row), x0, a2);
      a3 = Math.fma(w.get(FLOAT, word3 + row), x0, a3);
      row += ROW_BYTES;
      float x1 = v.get(FLOAT, offset + Float.BYTES);
      b0 = Math.fma(w.get(FLOAT, word0 + row), x1, b0);
      b1 = Math.fma(w.get(FLOAT, word1 + row), x1, b1);
      b2 = Math.fma(w.get(FLOAT, word2 + row), x1, b2);
      b3 = Math.fma(w.get(FLOAT, word3 + row), x1, b3);
      row += ROW_BYTES;
      offset += 2 * Float.BYTES;
    }
    s.set(FLOAT, sum, a0 + b0);
    s.set(FLOAT, sum + Float.BYTES, a1 + b1);
    s.set(FLOAT, sum + 2 * Float.BYTES, a2 + b2);
    s.set(FLOAT, sum + 3 * Float.BYTES, a3 + b3);
  }

  static void addBfloat16s(
      Panels panels,
      int[] rows,
      int from,
      MemorySegment x,
      long input,
      MemorySegment sums,
      long sum) {
    long word0 = panels.wordOf(rows[from]);
    long word1 = panels.wordOf(rows[from + 1]);
    long word2 = panels.wordOf(rows[from + 2]);
    long word3 = panels.wordOf(rows[from + 3]);
    int inputs = panels.inputs();
    MemorySegment w = offHeap(panels.memory());
    MemorySegment v = offHeap(x);
    MemorySegment s = offHeap(sums);
    float a0 = s.get(FLOAT, sum);
    float a1 = s.get(FLOAT, sum + Float.BYTES);
    float a2 = s.get(FLOAT, sum + 2 * Float.BYTES);
    float a3 = s.get(FLOAT, sum + 3 * Float.BYTES);
    float b0 = 0;
    float b1 = 0;
    float b2 = 0;
    float b3 = 0;
    long row = 0;
    long offset = input;
    for (int i = 0; i < inputs; i += 2) {
      float x0 = v.get(FLOAT, offset);
      float x1 = v.get(FLOAT, offset + Float.BYTES);
      int pair = w.get(WORD, word0 + row);
      a0 = Math.fma(Float.intBitsToFloat(pair << 16), x0, a0);
      b0 = Math.fma(Float.intBitsToFloat(pair & UPPER), x1, b0);
      pair = w.get(WORD, word1 + row);
      a1 = Math.fma(Float.intBitsToFloat(pair << 16), x0, a1);
      b1 = Math.fma(Float.intBitsToFloat(pair & UPPER), x1, b1);
      pair = w.get(WORD, word2 + row);
      a2 = Math.fma(Float.intBitsToFloat(pair << 16), x0, a2);
      b2 = Math.fma(Float.intBitsToFloat(pair & UPPER), x1, b2);
      pair = w.get(WORD, word3 + row);
      a3 = Math.fma(Float.intBitsToFloat(pair << 16), x0, a3);
      b3 = Math.fma(Float.intBitsToFloat(pair & UPPER), x1, b3);
      row += ROW_BYTES;
      offset += 2 * Float.BYTES;
    }
    s.set(FLOAT, sum, a0 + b0);
    s.set(FLOAT, sum + Float.BYTES, a1 + b1);
    s.set(FLOAT, sum + 2 * Float.BYTES, a2 + b2);
    s.set(FLOAT, sum + 3 * Float.BYTES, a3 + b3);
  }
}
