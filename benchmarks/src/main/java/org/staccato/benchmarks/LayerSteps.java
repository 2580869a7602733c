package org.staccato.benchmarks;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.staccato.format.WeightFile;
import org.staccato.memory.LittleEndian;
import org.staccato.model.ModelSpecification.Cell;
import org.staccato.network.RecurrentStack;

/**
 * Steps of a random layer with as many inputs as hidden units, on an input vector. The state is
 * carried from step to step.
 */
final class LayerSteps implements AutoCloseable {
  private final WeightFile file;
  private final RecurrentStack stack;
  private final MemorySegment state;
  private final MemorySegment scratch;
  private final MemorySegment input;

  LayerSteps(int size, String types) throws IOException {
    file = BenchmarkWeights.open(BenchmarkWeights.layer(size), BenchmarkWeights.types(types));
    stack = RecurrentStack.open(file, Cell.LSTM, size, List.of(size));
    state = stack.newState();
    scratch = stack.newScratch();
    input = stack.newInput();
    setInput(BenchmarkWeights.floats(new Random(1), size, 1));
  }

  void setInput(float[] x) {
    MemorySegment.copy(x, 0, input, LittleEndian.FLOAT, 0, x.length);
  }

  void step() {
    stack.step(state, false, scratch, input);
  }

  float hidden(int unit) {
    return state.get(LittleEndian.FLOAT, stack.hiddenOffset(0) + (long) unit * Float.BYTES);
  }

  String backend() {
    return stack.backend();
  }

  @Override
  public void close() {
    file.close();
  }
}
