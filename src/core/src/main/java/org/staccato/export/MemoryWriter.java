package org.staccato.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.model.ModelSpecification;
import org.staccato.model.NeighbourMemory;
import org.staccato.model.NeighbourMemory.Search;
import org.staccato.network.NeighbourIndex;
import org.staccato.network.Network;

/**
 * Gives a weight file a memory of sequences, or its memory other sequences, without training: every
 * other tensor is copied as it is. The new file replaces the target after it was opened and checked
 * under a temporary name; on failure an older file is unchanged.
 */
public final class MemoryWriter {
  private final WeightFile source;
  private final ModelSpecification specification;

  private MemoryWriter(WeightFile source, ModelSpecification specification) {
    this.source = source;
    this.specification = specification;
  }

  /**
   * Writes a weight file with a memory, in place of an earlier memory of the file.
   *
   * @param source a weight file of a network that ranks items
   * @param target the file to write; replaced if it exists, even if it is the source; its folder
   *     must exist
   * @param sequences the sequences, over the catalogue of the network
   * @param search the parameters of the search
   * @param share the share of the neighbours, above 0 and below 1
   * @return the digest of the new file
   * @throws ModelRejectedException if the source is not a valid weight file
   * @throws java.nio.file.NoSuchFileException if there is no source
   * @throws IOException if a file cannot be read or written
   * @throws IllegalArgumentException if the share is out of range, the network does not rank, or
   *     the sequences are over another catalogue
   */
  public static String write(
      Path source, Path target, RememberedSequences sequences, Search search, float share)
      throws IOException {
    try (WeightFile file = WeightFile.open(source)) {
      return new MemoryWriter(file, Network.open(file).specification())
          .write(target, sequences, search, share);
    }
  }

  /**
   * Collects the sequences that a weight file remembers, for more to be added.
   *
   * @param source a weight file with a memory
   * @return its sequences
   * @throws ModelRejectedException if the source is not a valid weight file, or has no memory
   * @throws java.nio.file.NoSuchFileException if there is no source
   * @throws IOException if it cannot be read
   */
  public static RememberedSequences.Builder remembered(Path source) throws IOException {
    try (WeightFile file = WeightFile.open(source)) {
      NeighbourIndex index = requireIndex(file);
      RememberedSequences.Builder sequences = new RememberedSequences.Builder(index.items());
      for (int sequence = 0; sequence < index.memory().sequences(); sequence++) {
        for (int at = index.firstItem(sequence); at < index.firstItem(sequence + 1); at++) {
          sequences.add(index.item(at));
        }
        sequences.endSequence();
      }
      return sequences;
    }
  }

  private static NeighbourIndex requireIndex(WeightFile file) throws ModelRejectedException {
    NeighbourIndex index = Network.open(file).memory();
    if (index == null) {
      throw new ModelRejectedException(
          file.path(),
          Reason.SPECIFICATION,
          "memory: found none, expected a model that was trained with one");
    }
    return index;
  }

  private String write(Path target, RememberedSequences sequences, Search search, float share)
      throws IOException {
    NeighbourMemory memory =
        new NeighbourMemory(
            specification.findMemory().map(NeighbourMemory::name).orElse(NeighbourMemory.MEMORY),
            sequences.catalogueSize(),
            sequences.count(),
            sequences.entries(),
            search,
            share);
    WeightFileWriter writer = copyOthers(specification.withMemory(memory));
    add(writer, memory, sequences);
    return writer.publish(target, ModelWriter::check);
  }

  /** Copies everything but the memory. */
  private WeightFileWriter copyOthers(ModelSpecification changed) {
    WeightFileWriter writer = new WeightFileWriter();
    source
        .metadata()
        .forEach(
            (key, value) -> {
              switch (key) {
                case WeightFile.VERSION_KEY, WeightFile.DIGEST_KEY -> {}
                case ModelSpecification.METADATA_KEY -> writer.metadata(key, changed.toJson());
                default -> writer.metadata(key, value);
              }
            });
    String own = specification.findMemory().map(memory -> memory.tensor("")).orElse("");
    for (Tensor tensor : source.tensors()) {
      if (own.isEmpty() || !tensor.name().startsWith(own)) {
        writer.tensor(
            tensor.name(),
            tensor.type(),
            source.data().asSlice(tensor.offset(), tensor.byteSize()),
            tensor.shape().stream().mapToLong(Long::longValue).toArray());
      }
    }
    return writer;
  }

  private static void add(
      WeightFileWriter writer, NeighbourMemory memory, RememberedSequences sequences) {
    RememberedSequences.ByItem byItem = sequences.byItem();
    addIntegers(
        writer,
        memory.tensor(NeighbourMemory.ITEM_STARTS),
        memory.sequences() + 1,
        sequences::start);
    addIntegers(writer, memory.tensor(NeighbourMemory.ITEMS), memory.entries(), sequences::item);
    addIntegers(
        writer,
        memory.tensor(NeighbourMemory.SEQUENCE_STARTS),
        memory.items() + 1,
        item -> byItem.starts()[item]);
    addIntegers(
        writer,
        memory.tensor(NeighbourMemory.SEQUENCES),
        memory.entries(),
        place -> byItem.sequences()[place]);
    long padded = NeighbourIndex.padded(memory.items());
    writer.tensor(
        memory.tensor(NeighbourMemory.ITEM_WEIGHTS),
        DataType.F32,
        output -> {
          for (int item = 0; item < padded; item++) {
            output.putFloat(item < memory.items() ? byItem.inverseFrequency(item) : 0);
          }
        },
        padded);
  }

  /** Adds integers, padded with zeros. */
  private static void addIntegers(
      WeightFileWriter writer, String name, int count, IntUnaryOperator values) {
    long padded = NeighbourIndex.padded(count);
    writer.tensor(
        name,
        DataType.I32,
        output -> {
          for (int i = 0; i < padded; i++) {
            output.putInt(i < count ? values.applyAsInt(i) : 0);
          }
        },
        padded);
  }
}
