package org.staccato.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.staccato.format.DataType;
import org.staccato.format.ItemKeySource;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.Kernels;
import org.staccato.model.ModelSpecification;
import org.staccato.model.ModelSpecification.Activation;
import org.staccato.model.ModelSpecification.Cell;
import org.staccato.model.ModelSpecification.Prediction;
import org.staccato.model.ModelSpecification.Ranking;

/** Networks with random weights of the size that trained ones have. */
public final class RandomNetworks {
  private RandomNetworks() {}

  /** LSTM layers on an input, from the lowest upwards. */
  public static List<LayerWeights> layers(Random random, int inputSize, int... hiddenSizes) {
    return layers(random, Cell.LSTM, inputSize, hiddenSizes);
  }

  /** Layers on an input, from the lowest upwards. */
  public static List<LayerWeights> layers(
      Random random, Cell cell, int inputSize, int... hiddenSizes) {
    List<LayerWeights> layers = new ArrayList<>();
    int width = inputSize;
    for (int units : hiddenSizes) {
      int rows = cell.gates() * units;
      layers.add(
          new LayerWeights(
              cell,
              width,
              units,
              floats(random, rows * width, 1 / Math.sqrt(width)),
              floats(random, rows * units, 1 / Math.sqrt(units)),
              floats(random, rows, 0.5),
              floats(random, cell == Cell.GRU ? units : 0, 0.5)));
      width = units;
    }
    return layers;
  }

  /** An untied network of LSTMs. */
  public static NetworkWeights network(
      Random random, int items, int embeddingSize, int... hiddenSizes) {
    return network(random, Cell.LSTM, items, embeddingSize, hiddenSizes);
  }

  /** An untied network. */
  public static NetworkWeights network(
      Random random, Cell cell, int items, int embeddingSize, int... hiddenSizes) {
    List<LayerWeights> layers = layers(random, cell, embeddingSize, hiddenSizes);
    int units = layers.getLast().hiddenSize();
    return new NetworkWeights(
        items,
        embeddingSize,
        floats(random, items * embeddingSize, 1),
        layers,
        floats(random, items * units, 1),
        floats(random, items, 0.5));
  }

  /** A network that predicts from features. */
  public static PredictionWeights prediction(
      Random random,
      Cell cell,
      Activation activation,
      int features,
      int outputs,
      int... hiddenSizes) {
    List<LayerWeights> layers = layers(random, cell, features, hiddenSizes);
    int units = layers.getLast().hiddenSize();
    return new PredictionWeights(
        layers, activation, floats(random, outputs * units, 1), floats(random, outputs, 0.5));
  }

  /** Normally distributed numbers. */
  public static float[] floats(Random random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /** Item indices. */
  public static int[] sequence(Random random, int items, int length) {
    return random.ints(length, 0, items).toArray();
  }

  /**
   * Writes a ranking with its matrices in any types; item i has the key 100 + i. Rounded weights
   * cannot reproduce the golden samples of the exact ones closely, so the file allows any error.
   */
  public static Path write(Path path, NetworkWeights weights, WeightTypes types)
      throws IOException {
    int items = weights.items();
    ItemKeySource keys = ItemKeySource.of(LongStream.range(100, 100 + items).toArray());
    WeightFileWriter writer =
        start(
            weights.layers(),
            new Ranking(items, weights.embeddingSize(), weights.tied(), keys.kind()));
    LayerWriter.addFolded(writer, weights.layers().getFirst(), weights.embedding(), types);
    for (int i = 1; i < weights.layers().size(); i++) {
      LayerWriter.add(writer, i, weights.layers().get(i), types);
    }
    OutputLayer.add(writer, weights.output(), weights.outputBias(), types);
    int padded = Math.ceilDiv(items, Kernels.LANES) * Kernels.LANES;
    writer.tensor(
        Network.POPULARITY,
        DataType.F32,
        output -> {
          for (int item = 0; item < padded; item++) {
            output.putFloat(0);
          }
        },
        padded);
    keys.addTo(writer);
    RankingSamples.add(writer, weights, new int[][] {{0, items - 1}, {items / 2}});
    writer.publish(path);
    return path;
  }

  /** Writes a prediction with its matrices in any types. */
  public static Path write(Path path, PredictionWeights weights, WeightTypes types)
      throws IOException {
    int features = weights.layers().getFirst().inputSize();
    WeightFileWriter writer =
        start(
            weights.layers(),
            new Prediction(features, weights.outputBias().length, weights.activation()));
    for (int i = 0; i < weights.layers().size(); i++) {
      LayerWriter.add(writer, i, weights.layers().get(i), types);
    }
    OutputLayer.add(writer, weights.outputMatrix(), weights.outputBias(), types);
    PredictionSamples.add(writer, weights, new float[1][2 * features]);
    writer.publish(path);
    return path;
  }

  private static WeightFileWriter start(List<LayerWeights> layers, ModelSpecification.Task task) {
    ModelSpecification specification =
        new ModelSpecification(
            layers.getFirst().cell(), layers.stream().map(LayerWeights::hiddenSize).toList(), task);
    return new WeightFileWriter()
        .metadata(ModelSpecification.METADATA_KEY, specification.toJson())
        .metadata(GoldenSamples.TOLERANCE_KEY, "1e9");
  }
}
