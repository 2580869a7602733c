package org.staccato.benchmarks;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.staccato.format.WeightFile;
import org.staccato.memory.LittleEndian;
import org.staccato.model.Weights;
import org.staccato.network.LayerStack;
import org.staccato.network.StepScratch;

/**
 * Steps of a random layer with as many inputs as hidden units, on an input vector. The state is
 * carried from step to step.
 */
final class LayerSteps implements AutoCloseable {
  private final WeightFile file;
  private final LayerStack stack;
  private final MemorySegment state;
  private final StepScratch scratch;

  LayerSteps(int size, String types) throws IOException {
    Weights weights = BenchmarkWeights.layer(size);
    file = WeightFile.open(BenchmarkWeights.write(weights, types));
    stack = LayerStack.open(file, weights.specification());
    state = stack.newState();
    scratch = new StepScratch(stack, null);
    setInput(BenchmarkWeights.floats(new Random(1), size, 1));
  }

  void setInput(float[] x) {
    scratch.setFeatures(x, 0);
  }

  void step() {
    stack.step(state, false, scratch);
  }

  float hidden(int unit) {
    return state.get(LittleEndian.FLOAT, stack.outputOffset() + (long) unit * Float.BYTES);
  }

  String backend() {
    return stack.backend();
  }

  @Override
  public void close() {
    file.close();
  }
}
