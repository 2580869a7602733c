package org.staccato.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.staccato.model.Attention;
import org.staccato.model.Convolution;
import org.staccato.model.FeedForward;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
import org.staccato.model.Residual;

/**
 * One step on an item of a block, and of its parts one after the other, through the API: the
 * difference of two networks is the price of a layer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class BlockStepBenchmark {

  /** The networks, each with what the one before lacks. */
  public enum Network {
    /** An LSTM. */
    LSTM,
    /** The same with a normalisation before, which is folded, and one after. */
    NORMALIZED,
    /** The same with a residual connection around the LSTM. */
    RESIDUAL,
    /** The same with a feed-forward network four times as wide, normalised and gone around. */
    BLOCK,
    /** The same with a convolution of the last four inputs before the LSTM. */
    CONVOLUTION,
    /** The block without it, with an attention over its last fifty outputs. */
    ATTENTION;

    List<Layer> layers(int width) {
      List<Layer> layers = new ArrayList<>();
      if (this != LSTM) {
        layers.add(new LayerNorm(width));
      }
      if (this == CONVOLUTION) {
        layers.add(new Convolution(width, 4));
      }
      layers.add(new Lstm(width, width));
      if (compareTo(RESIDUAL) >= 0) {
        layers.add(new Residual(width, layers.size()));
      }
      if (compareTo(BLOCK) >= 0) {
        layers.add(new LayerNorm(width));
        layers.add(new FeedForward(width, 4 * width));
        layers.add(new Residual(width, 2));
      }
      if (this == ATTENTION) {
        layers.add(new LayerNorm(width));
        layers.add(new Attention(width, 50));
        layers.add(new Residual(width, 2));
      }
      if (this != LSTM) {
        layers.add(new LayerNorm(width));
      }
      return layers;
    }
  }

  /** The width of all layers. */
  @Param({"32", "64", "128"})
  int size;

  /** The network. */
  @Param({"LSTM", "NORMALIZED", "RESIDUAL", "BLOCK", "CONVOLUTION", "ATTENTION"})
  Network network;

  private ItemSteps steps;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public BlockStepBenchmark() {}

  /**
   * Opens a random model.
   *
   * @throws IOException if the temporary file fails
   */
  @Setup
  public void open() throws IOException {
    steps = new ItemSteps(BenchmarkWeights.ranking(ItemSteps.ITEMS, network.layers(size)), "F32");
  }

  /** Closes the model. */
  @TearDown
  public void close() {
    steps.close();
  }

  ItemSteps steps() {
    return steps;
  }

  /** A step on the vector backend. */
  @Benchmark
  @Fork(
      value = 2,
      jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
  public void vector() {
    steps.step();
  }
}
