package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.model.FeatureInput;
import org.staccato.model.ItemInput;

/**
 * The sequences of the golden samples: of items or of feature vectors.
 *
 * @param file the weight file
 * @param network its network
 * @param tensor the tensor of the sequences, whose first dimensions are samples and events
 */
record GoldenSequences(WeightFile file, Network network, Tensor tensor) {

  /** Finds the sequences of a file. */
  static GoldenSequences open(WeightFile file, Network network) throws ModelRejectedException {
    Tensor tensor =
        switch (network.specification().input()) {
          case ItemInput items ->
              require(file, GoldenSamples.ITEMS, DataType.I32, WeightFile.ANY, WeightFile.ANY);
          case FeatureInput features ->
              require(
                  file,
                  GoldenSamples.FEATURES,
                  DataType.F32,
                  WeightFile.ANY,
                  WeightFile.ANY,
                  GoldenSamples.padded(features.width()));
        };
    return new GoldenSequences(file, network, tensor);
  }

  private static Tensor require(WeightFile file, String name, DataType type, long... shape)
      throws ModelRejectedException {
    Tensor tensor = file.require(name, type, shape);
    if (tensor.shape().get(0) > GoldenSamples.COUNT_LIMIT
        || tensor.shape().get(1) > GoldenSamples.LENGTH_LIMIT) {
      throw new ModelRejectedException(
          file.path(),
          Reason.SHAPE,
          "tensor \""
              + name
              + "\": found the shape "
              + tensor.shape()
              + ", expected at most "
              + GoldenSamples.COUNT_LIMIT
              + " samples of "
              + GoldenSamples.LENGTH_LIMIT
              + " events");
    }
    return tensor;
  }

  /** Returns the number of samples. */
  long count() {
    return tensor.shape().get(0);
  }

  /** Returns the state after the events of a sample. */
  MemorySegment run(int sample, GoldenScratch memory) throws ModelRejectedException {
    MemorySegment state = memory.start();
    long events = tensor.shape().get(1);
    LayerStack stack = network.stack();
    switch (network.specification().input()) {
      case ItemInput items -> {
        for (long i = sample * events; i < (sample + 1) * events; i++) {
          int item = GoldenSamples.item(file, network, tensor, i);
          if (item != GoldenSamples.NONE) {
            stack.step(state, false, memory.steps(), item);
          }
        }
      }
      case FeatureInput features -> {
        long bytes = (long) GoldenSamples.padded(features.width()) * Float.BYTES;
        for (long i = sample * events; i < (sample + 1) * events; i++) {
          memory.steps().setFeatures(file.data(), tensor.offset() + i * bytes);
          stack.step(state, false, memory.steps());
        }
      }
    }
    return state;
  }
}
