package org.staccato.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The kernels in plain Java: the reference for the others, and what runs without the Vector API.
 */
public final class ScalarKernels implements Kernels {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Creates the kernels. */
  public ScalarKernels() {}

  @Override
  public String name() {
    return Backend.SCALAR.name();
  }

  @Override
  public void loadGates(MemorySegment weights, long row, int groups, MemorySegment gates) {
    MemorySegment.copy(weights, row, gates, 0, groups * GATE_BYTES);
  }

  @Override
  public void accumulateGates(
      MemorySegment weights,
      long panel,
      int groups,
      int inputs,
      MemorySegment x,
      long xOffset,
      MemorySegment gates) {
    long row = panel;
    for (int group = 0; group < groups; group++) {
      for (int input = 0; input < inputs; input++) {
        float value = x.get(FLOAT, xOffset + (long) input * Float.BYTES);
        addScaled(weights, row, GATES * LANES, value, gates, group * GATE_BYTES);
        row += GATE_BYTES;
      }
    }
  }

  @Override
  public void tanh(MemorySegment values, long offset, int groups) {
    for (int i = 0; i < groups * LANES; i++) {
      long position = offset + (long) i * Float.BYTES;
      values.set(FLOAT, position, TanhApproximation.tanh(values.get(FLOAT, position)));
    }
  }

  @Override
  public void updateCell(
      MemorySegment gates, MemorySegment state, long cell, long hidden, int groups) {
    for (int unit = 0; unit < groups * LANES; unit++) {
      long gate = unit / LANES * GATE_BYTES + (long) (unit % LANES) * Float.BYTES;
      float input = 0.5f + 0.5f * gates.get(FLOAT, gate);
      float forget = 0.5f + 0.5f * gates.get(FLOAT, gate + GROUP_BYTES);
      float candidate = gates.get(FLOAT, gate + 2 * GROUP_BYTES);
      float output = 0.5f + 0.5f * gates.get(FLOAT, gate + 3 * GROUP_BYTES);
      long position = (long) unit * Float.BYTES;
      float c = forget * state.get(FLOAT, cell + position) + input * candidate;
      state.set(FLOAT, cell + position, c);
      state.set(FLOAT, hidden + position, output * TanhApproximation.tanh(c));
    }
  }

  @Override
  public void scoreItems(
      MemorySegment weights,
      long panel,
      long bias,
      int groups,
      int units,
      MemorySegment state,
      long hidden,
      MemorySegment scores) {
    MemorySegment.copy(weights, bias, scores, 0, groups * GROUP_BYTES);
    long row = panel;
    for (int group = 0; group < groups; group++) {
      for (int unit = 0; unit < units; unit++) {
        float value = state.get(FLOAT, hidden + (long) unit * Float.BYTES);
        addScaled(weights, row, LANES, value, scores, group * GROUP_BYTES);
        row += GROUP_BYTES;
      }
    }
  }

  @Override
  public int firstGroupAbove(MemorySegment scores, int from, int to, float threshold) {
    for (int i = from * LANES; i < to * LANES; i++) {
      if (scores.get(FLOAT, (long) i * Float.BYTES) > threshold) {
        return i / LANES;
      }
    }
    return to;
  }

  private static void addScaled(
      MemorySegment weights, long row, int count, float value, MemorySegment sums, long offset) {
    for (int i = 0; i < count; i++) {
      long position = (long) i * Float.BYTES;
      float sum = sums.get(FLOAT, offset + position) + weights.get(FLOAT, row + position) * value;
      sums.set(FLOAT, offset + position, sum);
    }
  }
}
