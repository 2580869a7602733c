package org.staccato;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.staccato.export.GoldenSequence;
import org.staccato.export.MatrixTypes;
import org.staccato.export.MemoryWriter;
import org.staccato.export.ModelWriter;
import org.staccato.format.ItemKeySource;
import org.staccato.format.ItemKeys;
import org.staccato.model.Activation;
import org.staccato.model.Link;
import org.staccato.model.ModelSpecification;
import org.staccato.model.NeighbourMemory.Search;
import org.staccato.model.Ranking;
import org.staccato.model.RecurrentLayer;
import org.staccato.model.Weights;
import org.staccato.testkit.Cell;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;

/**
 * Weight files that somebody tampered with: small valid ones, changed in one to six places at any
 * level of the format, from the specification to single bytes. Most get the right digest
 * afterwards, so that the change reaches the checks behind the digest. A seed and a number
 * determine a file.
 */
final class HostileFiles {
  private final List<WeightFileDraft> originals = new ArrayList<>();

  private final long seed;

  /** Writes the valid files into a folder. */
  HostileFiles(Path folder, long seed) throws IOException {
    this.seed = seed;
    Path path = folder.resolve("original.safetensors");
    Random random = new Random(seed);
    add(ModelFiles.write(path, RandomNetworks.network(random, Cell.LSTM, 20, 3, 5)));
    add(ModelFiles.write(path, RandomNetworks.network(random, Cell.GRU, 7, 4, 17)));
    add(ModelFiles.write(path, RandomNetworks.network(random, Cell.LSTM, 5, 2, 4, 6)));
    add(writeTextKeys(path, random));
    add(writeResumable(path, random));
    for (MatrixTypes types : List.of(MatrixTypes.BF16, MatrixTypes.I8)) {
      add(RandomNetworks.write(path, RandomNetworks.network(random, 70, 3, 5), types));
      add(RandomNetworks.write(path, RandomNetworks.network(random, Cell.GRU, 6, 3, 5, 4), types));
    }
    for (Activation activation : Activation.values()) {
      for (MatrixTypes types : List.of(MatrixTypes.F32, MatrixTypes.BF16)) {
        Cell cell = types.equals(MatrixTypes.F32) ? Cell.LSTM : Cell.GRU;
        add(
            RandomNetworks.write(
                path, RandomNetworks.prediction(random, cell, activation, 5, 3, 4), types));
      }
      add(ModelFiles.prediction(folder, Cell.GRU, activation, seed, 3, 17, 5, 2));
    }
    for (int history : new int[] {1, 9}) {
      Path plain = ModelFiles.write(path, RandomNetworks.network(random, Cell.LSTM, 20, 3, 5));
      Search search = new Search(3, 2, history);
      MemoryWriter.write(plain, path, RandomNetworks.remembered(random, 20, 15, 4), search, 0.5f);
      add(path);
    }
    for (Class<?> kind : Kinds.ofLayers()) {
      for (ModelSpecification specification : Kinds.networksOf(kind)) {
        if (!specification.layers().stream().allMatch(RecurrentLayer.class::isInstance)
            && specification.layers().size() < 6) {
          add(ModelFiles.write(path, RandomNetworks.weights(random, specification)));
        }
      }
    }
    addEvents(path, random);
  }

  /** Adds files with attributes of events and with links. */
  private void addEvents(Path path, Random random) throws IOException {
    for (ModelSpecification specification : Kinds.networksOfEvents()) {
      if (specification.layers().size() < 6) {
        add(ModelFiles.write(path, RandomNetworks.weights(random, specification)));
      }
    }
    for (ModelSpecification specification : Kinds.networksWith(Ranking.class)) {
      if (specification.ranking().link() != Link.NONE) {
        add(ModelFiles.write(path, RandomNetworks.weights(random, specification)));
      }
    }
  }

  private static Path writeTextKeys(Path path, Random random) throws IOException {
    int items = 9;
    Weights weights =
        RandomNetworks.weights(
            random,
            RandomNetworks.ranking(
                RandomNetworks.layers(Cell.GRU, 3, 6, 3), items, ItemKeys.Kind.TEXT, false));
    List<String> keys = IntStream.range(0, items).mapToObj(i -> "clé ".repeat(i % 5) + i).toList();
    ModelWriter.write(
        path, weights, ItemKeySource.of(keys), new float[items], new int[][] {{0, 1}}, "{}");
    return path;
  }

  private static Path writeResumable(Path path, Random random) throws IOException {
    Weights weights = RandomNetworks.network(random, Cell.GRU, 8, 3, 5);
    ItemKeySource keys = ItemKeySource.of(LongStream.range(0, 8).toArray());
    GoldenSequence golden = GoldenSequence.of(new int[] {0, 1}, List.of());
    ModelWriter.writeResumable(path, weights, keys, new float[8], List.of(golden), "{}");
    return path;
  }

  private void add(Path path) throws IOException {
    originals.add(WeightFileDraft.of(path));
  }

  /** Makes a file. */
  byte[] file(long number) {
    SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + number);
    return new Tampering(originals.get(random.nextInt(originals.size())).copy(), random).file();
  }
}
