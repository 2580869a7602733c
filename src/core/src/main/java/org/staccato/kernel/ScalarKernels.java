package org.staccato.kernel;

import static org.staccato.kernel.OffHeapSegments.offHeap;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The kernels in plain Java: the reference for the others, and the fallback without the Vector API.
 * Each loop first casts its memory to one kind, see {@link OffHeapSegments}.
 */
public final class ScalarKernels implements Kernels {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The upper half of a word of two weights in bf16. */
  private static final int UPPER = 0xffff0000;

  /** Creates the kernels. */
  public ScalarKernels() {}

  @Override
  public String name() {
    return Backend.SCALAR.name();
  }

  @Override
  public void copyRow(MemorySegment weights, long row, int groups, MemorySegment sums, long sum) {
    MemorySegment.copy(weights, row, sums, sum, groups * GROUP_BYTES);
  }

  @Override
  public void addRow(
      MemorySegment weights, long row, int groups, float factor, MemorySegment sums, long sum) {
    addScaled(weights, row, groups * GROUP, factor, sums, sum);
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
    MemorySegment w = offHeap(weights);
    MemorySegment v = offHeap(x);
    MemorySegment s = offHeap(sums);
    for (long i = 0; i < groups * GROUP_BYTES; i += Float.BYTES) {
      float added = Math.fma(w.get(FLOAT, row + i), v.get(FLOAT, input + i), s.get(FLOAT, sum + i));
      s.set(FLOAT, sum + i, added);
    }
  }

  @Override
  public float dotProduct(MemorySegment x, long from, MemorySegment y, long at, int groups) {
    MemorySegment first = offHeap(x);
    MemorySegment second = offHeap(y);
    float sum = 0;
    for (long i = 0; i < groups * GROUP_BYTES; i += Float.BYTES) {
      sum = Math.fma(first.get(FLOAT, from + i), second.get(FLOAT, at + i), sum);
    }
    return sum;
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
    for (int i = 0; i < count; i++) {
      addBlock(panels, first + i, x, input, sums, sum + i * Panels.ROW_BYTES);
    }
  }

  private static void addBlock(
      Panels panels, int block, MemorySegment x, long input, MemorySegment sums, long sum) {
    MemorySegment in = offHeap(x);
    MemorySegment weights = panels.memory();
    long scales = panels.scales() + block * Panels.ROW_BYTES;
    long word = panels.offset() + block * panels.blockBytes();
    long position = input;
    for (int i = 0; i < panels.words(); i++) {
      switch (panels.type()) {
        case F32 -> addScaled(weights, word, Panels.ROWS, in.get(FLOAT, position), sums, sum);
        case BF16 -> addPair(weights, word, x, position, sums, sum);
        case I8 -> addFour(weights, word, scales, x, position, sums, sum);
      }
      word += Panels.ROW_BYTES;
      position += (long) panels.type().inputsPerWord() * Float.BYTES;
    }
  }

  private static void addPair(
      MemorySegment weights,
      long words,
      MemorySegment x,
      long input,
      MemorySegment sums,
      long sum) {
    MemorySegment w = offHeap(weights);
    MemorySegment in = offHeap(x);
    MemorySegment out = offHeap(sums);
    float even = in.get(FLOAT, input);
    float odd = in.get(FLOAT, input + Float.BYTES);
    for (int row = 0; row < Panels.ROWS; row++) {
      long offset = (long) row * Float.BYTES;
      int word = w.get(WORD, words + offset);
      float value = out.get(FLOAT, sum + offset);
      value += Float.intBitsToFloat(word << 16) * even;
      value += Float.intBitsToFloat(word & UPPER) * odd;
      out.set(FLOAT, sum + offset, value);
    }
  }

  private static void addFour(
      MemorySegment weights,
      long words,
      long scales,
      MemorySegment x,
      long input,
      MemorySegment sums,
      long sum) {
    MemorySegment w = offHeap(weights);
    MemorySegment in = offHeap(x);
    MemorySegment out = offHeap(sums);
    float x0 = in.get(FLOAT, input);
    float x1 = in.get(FLOAT, input + Float.BYTES);
    float x2 = in.get(FLOAT, input + 2 * Float.BYTES);
    float x3 = in.get(FLOAT, input + 3 * Float.BYTES);
    for (int row = 0; row < Panels.ROWS; row++) {
      long offset = (long) row * Float.BYTES;
      int word = w.get(WORD, words + offset);
      float product = (float) (word << 24) * x0;
      product += (float) (word << 16) * x1;
      product += (float) (word << 8) * x2;
      product += (float) word * x3;
      float value = out.get(FLOAT, sum + offset) + product * w.get(FLOAT, scales + offset);
      out.set(FLOAT, sum + offset, value);
    }
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
    for (int i = 0; i < count; i++) {
      long input = x.offset() + i * x.stride();
      long target = sums.offset() + i * sums.stride() + sum;
      addBlock(panels, block, x.memory(), input, sums.memory(), target);
    }
  }

  @Override
  public float rowProduct(Panels panels, int row, MemorySegment x, long input, float start) {
    if (panels.type() == WeightType.I8) {
      throw new IllegalArgumentException("weights: found I8, expected F32 or BF16");
    }
    MemorySegment weights = offHeap(panels.memory());
    MemorySegment in = offHeap(x);
    long word = panels.wordOf(row);
    long position = input;
    float sum = start;
    for (int i = 0; i < panels.words(); i++) {
      int bits = weights.get(WORD, word);
      if (panels.type() == WeightType.F32) {
        sum += Float.intBitsToFloat(bits) * in.get(FLOAT, position);
        position += Float.BYTES;
      } else {
        sum += Float.intBitsToFloat(bits << 16) * in.get(FLOAT, position);
        sum += Float.intBitsToFloat(bits & UPPER) * in.get(FLOAT, position + Float.BYTES);
        position += 2 * Float.BYTES;
      }
      word += Panels.ROW_BYTES;
    }
    return sum;
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
    for (int i = 0; i < ROWS_TOGETHER; i++) {
      addRow(panels, rows[from + i], x, input, sums, sum + (long) i * Float.BYTES);
    }
  }

  private void addRow(
      Panels panels, int row, MemorySegment x, long input, MemorySegment sums, long sum) {
    MemorySegment out = offHeap(sums);
    float start = out.get(FLOAT, sum);
    out.set(FLOAT, sum, rowProduct(panels, row, x, input, start));
  }

  @Override
  public void tanh(MemorySegment values, long offset, int groups) {
    MemorySegment v = offHeap(values);
    for (int i = 0; i < groups * GROUP; i++) {
      long position = offset + (long) i * Float.BYTES;
      v.set(FLOAT, position, TanhApproximation.tanh(v.get(FLOAT, position)));
    }
  }

  @Override
  public void gelu(MemorySegment values, long offset, int groups) {
    MemorySegment v = offHeap(values);
    for (int i = 0; i < groups * GROUP; i++) {
      long position = offset + (long) i * Float.BYTES;
      v.set(FLOAT, position, GeluApproximation.gelu(v.get(FLOAT, position)));
    }
  }

  @Override
  public void advanceLstm(
      MemorySegment sums, long sum, MemorySegment state, long cell, long hidden, int groups) {
    MemorySegment in = offHeap(sums);
    MemorySegment own = offHeap(state);
    tanh(sums, sum, groups * LSTM_GATES);
    for (int unit = 0; unit < groups * GROUP; unit++) {
      long gate = sum + (long) (unit / GROUP * LSTM_GATES * GROUP + unit % GROUP) * Float.BYTES;
      float input = 0.5f + 0.5f * in.get(FLOAT, gate);
      float forget = 0.5f + 0.5f * in.get(FLOAT, gate + GROUP_BYTES);
      float cellGate = in.get(FLOAT, gate + 2 * GROUP_BYTES);
      float output = 0.5f + 0.5f * in.get(FLOAT, gate + 3 * GROUP_BYTES);
      long position = (long) unit * Float.BYTES;
      float c = forget * own.get(FLOAT, cell + position) + input * cellGate;
      own.set(FLOAT, cell + position, c);
      own.set(FLOAT, hidden + position, output * TanhApproximation.tanh(c));
    }
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
    MemorySegment a = offHeap(inputSums);
    MemorySegment b = offHeap(recurrentSums);
    MemorySegment own = offHeap(state);
    long newGates = 2L * groups * GROUP_BYTES;
    for (int unit = 0; unit < groups * GROUP; unit++) {
      long gate = (long) (unit / GROUP * 2 * GROUP + unit % GROUP) * Float.BYTES;
      float reset = gate(a, inputSum + gate, b, recurrentSum + gate);
      long next = gate + GROUP_BYTES;
      float update = gate(a, inputSum + next, b, recurrentSum + next);
      long position = (long) unit * Float.BYTES;
      float sum =
          a.get(FLOAT, inputSum + newGates + position)
              + reset * b.get(FLOAT, recurrentSum + newGates + position);
      float newGate = TanhApproximation.tanh(sum);
      float h = own.get(FLOAT, hidden + position);
      own.set(FLOAT, hidden + position, newGate + update * (h - newGate));
    }
  }

  private static float gate(MemorySegment a, long aOffset, MemorySegment b, long bOffset) {
    return 0.5f + 0.5f * TanhApproximation.tanh(a.get(FLOAT, aOffset) + b.get(FLOAT, bOffset));
  }

  @Override
  public void normalize(
      Normalization normalization, MemorySegment x, long from, MemorySegment y, long to) {
    MemorySegment in = offHeap(x);
    MemorySegment out = offHeap(y);
    MemorySegment parameters = offHeap(normalization.memory());
    int size = normalization.size();
    float sum = 0;
    for (int i = 0; i < size; i++) {
      sum += in.get(FLOAT, from + (long) i * Float.BYTES);
    }
    float mean = sum / size;
    float squares = 0;
    for (int i = 0; i < size; i++) {
      float difference = in.get(FLOAT, from + (long) i * Float.BYTES) - mean;
      squares += difference * difference;
    }
    float scale = (float) (1 / Math.sqrt(squares / size + normalization.epsilon()));
    for (int i = 0; i < normalization.groups() * GROUP; i++) {
      long position = (long) i * Float.BYTES;
      float normal = (in.get(FLOAT, from + position) - mean) * scale;
      float gain = parameters.get(FLOAT, normalization.gain() + position);
      float bias = parameters.get(FLOAT, normalization.bias() + position);
      out.set(FLOAT, to + position, normal * gain + bias);
    }
  }

  @Override
  public void limit(MemorySegment values, long offset, int groups) {
    MemorySegment v = offHeap(values);
    for (int i = 0; i < groups * GROUP; i++) {
      long position = offset + (long) i * Float.BYTES;
      float value = v.get(FLOAT, position);
      if (value > LARGEST) {
        v.set(FLOAT, position, LARGEST);
      } else if (value < -LARGEST) {
        v.set(FLOAT, position, -LARGEST);
      }
    }
  }

  @Override
  public float largest(MemorySegment values, long offset, int groups) {
    MemorySegment v = offHeap(values);
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < groups * GROUP; i++) {
      largest = Math.max(largest, v.get(FLOAT, offset + (long) i * Float.BYTES));
    }
    return largest;
  }

  @Override
  public float sumOfExponentials(
      MemorySegment values, long offset, int groups, float greatest, MemorySegment lanes) {
    MemorySegment v = offHeap(values);
    float sum = 0;
    for (int i = 0; i < groups * GROUP; i++) {
      float value = v.get(FLOAT, offset + (long) i * Float.BYTES);
      sum += ExponentialApproximation.expOfNegative(greatest - value);
    }
    return sum;
  }

  @Override
  public int firstGroupAbove(MemorySegment scores, int from, int to, float threshold) {
    MemorySegment s = offHeap(scores);
    for (int i = from * GROUP; i < to * GROUP; i++) {
      if (s.get(FLOAT, (long) i * Float.BYTES) > threshold) {
        return i / GROUP;
      }
    }
    return to;
  }

  private static void addScaled(
      MemorySegment weights, long row, int count, float value, MemorySegment sums, long offset) {
    MemorySegment w = offHeap(weights);
    MemorySegment out = offHeap(sums);
    for (int i = 0; i < count; i++) {
      long position = (long) i * Float.BYTES;
      float sum = out.get(FLOAT, offset + position) + w.get(FLOAT, row + position) * value;
      out.set(FLOAT, offset + position, sum);
    }
  }
}
