package org.staccato.network;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.staccato.kernel.Panels;
import org.staccato.memory.OffHeap;
import org.staccato.model.Head;

/**
 * The memory for running golden samples, for one network after the other. Confined to one thread at
 * a time.
 */
public final class GoldenScratch {
  private MemorySegment state = MemorySegment.NULL;
  private MemorySegment sums = MemorySegment.NULL;
  private @Nullable StepScratch steps;

  /** Creates scratch without memory. */
  public GoldenScratch() {}

  /** Allocates the memory that a network needs and this scratch lacks. */
  void fit(Network network) {
    LayerStack stack = network.stack();
    state = OffHeap.atLeast(stack.preparedSize(), state);
    steps = new StepScratch(stack, steps);
    int blocks =
        network.specification().findPrediction().map(Head::outputs).map(Panels::blocksOf).orElse(0);
    sums = OffHeap.atLeast(LinearHead.scoresBytes(blocks), sums);
  }

  /** Starts a sequence, and returns its state. */
  MemorySegment start() {
    return state.fill((byte) 0);
  }

  /** Returns the scratch of steps. */
  StepScratch steps() {
    return Objects.requireNonNull(steps);
  }

  /** Returns room for the sums of all outputs. */
  MemorySegment sums() {
    return sums;
  }
}
