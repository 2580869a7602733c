package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;

/**
 * The memory that golden samples are run in, for one network after the other. Confined to one
 * thread at a time.
 */
public final class GoldenScratch {
  private MemorySegment state = MemorySegment.NULL;
  private MemorySegment scratch = MemorySegment.NULL;
  private MemorySegment input = MemorySegment.NULL;
  private MemorySegment sums = MemorySegment.NULL;

  /** Creates scratch without memory. */
  public GoldenScratch() {}

  /** Takes the memory that a network needs, as far as it is not there. */
  void fit(Network network) {
    RecurrentStack stack = network.stack();
    state = OffHeap.atLeast(stack.preparedSize(), state);
    scratch = OffHeap.atLeast(stack.scratchSize(), scratch);
    input = OffHeap.atLeast(stack.inputBytes(), input);
    sums = OffHeap.atLeast(OutputLayer.scoresBytes(network.output().blocks()), sums);
  }

  /** Starts a sequence, and returns its state. */
  MemorySegment start() {
    return state.fill((byte) 0);
  }

  /** The scratch of steps. */
  MemorySegment scratch() {
    return scratch;
  }

  /** Copies a feature vector to where a step reads it, and clears what lies behind. */
  MemorySegment input(MemorySegment source, long offset, int features) {
    long bytes = (long) features * Float.BYTES;
    MemorySegment.copy(source, offset, input, 0, bytes);
    for (long i = bytes; i < input.byteSize(); i += Float.BYTES) {
      input.set(LittleEndian.FLOAT, i, 0);
    }
    return input;
  }

  /** Room for the sums of all outputs. */
  MemorySegment sums() {
    return sums;
  }
}
