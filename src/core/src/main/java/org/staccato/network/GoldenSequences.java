package org.staccato.network;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.memory.LittleEndian;
import org.staccato.model.EventAttribute;
import org.staccato.model.FeatureInput;
import org.staccato.model.ItemInput;

/**
 * The sequences of the golden samples: of items, with the attributes of their events, or of feature
 * vectors.
 *
 * @param file the weight file
 * @param network its network
 * @param tensor the tensor of the sequences, whose first dimensions are samples and events
 * @param events the tensor of the attributes' values, or null if the network takes none
 */
record GoldenSequences(WeightFile file, Network network, Tensor tensor, @Nullable Tensor events) {

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
    int attributes = network.specification().attributes().size();
    Tensor events =
        attributes == 0
            ? null
            : file.require(
                GoldenSamples.EVENTS,
                DataType.I32,
                tensor.shape().get(0),
                tensor.shape().get(1),
                attributes);
    return new GoldenSequences(file, network, tensor, events);
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
            setEvent(memory.steps(), i);
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

  private void setEvent(StepScratch scratch, long event) throws ModelRejectedException {
    Tensor values = events;
    if (values == null) {
      return;
    }
    List<EventAttribute> attributes = network.specification().attributes();
    for (int i = 0; i < attributes.size(); i++) {
      long position = event * attributes.size() + i;
      int value = file.data().get(LittleEndian.INT, values.offset() + position * Integer.BYTES);
      if (value < 0 || value >= attributes.get(i).values()) {
        throw new ModelRejectedException(
            file.path(),
            Reason.VALUE_RANGE,
            "tensor \"%s\": found the value %d of \"%s\", expected 0 to %d"
                .formatted(
                    values.name(),
                    value,
                    attributes.get(i).name(),
                    attributes.get(i).values() - 1));
      }
      scratch.setEvent(i, value);
    }
  }
}
