package org.staccato.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.staccato.format.ItemKeys;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.json.Json;
import org.staccato.json.Json.JsonObject;
import org.staccato.json.JsonException;
import org.staccato.model.Activation;
import org.staccato.model.FeatureInput;
import org.staccato.model.Gru;
import org.staccato.model.Head;
import org.staccato.model.Input;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Prediction;
import org.staccato.model.Ranking;
import org.staccato.network.GoldenSamples;
import org.staccato.network.ItemRows;
import org.staccato.network.LinearHead;

/**
 * Converts weight files of format version 2. Version 3 names its tensors after the parameters of
 * the specification and describes the network as input, layers and heads; the bytes of all tensors
 * stay as they are, so that a converted file gives the same scores, bit for bit.
 */
public final class FormatUpgrade {

  /** The name of the head of a converted file that predicts. */
  public static final String PREDICTION = "prediction";

  private static final Set<String> FORMAT_KEYS =
      Set.of(
          WeightFile.VERSION_KEY,
          WeightFile.DIGEST_KEY,
          ModelSpecification.METADATA_KEY,
          Quantization.METADATA_KEY);

  private final WeightFile source;
  private final ModelSpecification specification;

  private FormatUpgrade(WeightFile source, ModelSpecification specification) {
    this.source = source;
    this.specification = specification;
  }

  /**
   * Converts a file. The new file replaces the target after its keys and golden samples were
   * checked; on failure an older file is unchanged.
   *
   * @param source a weight file of format version 2
   * @param target the file to write; replaced if it exists, even if it is the source; its folder
   *     must exist
   * @return the digest of the new file
   * @throws ModelRejectedException if the source is not a valid weight file of that version
   * @throws java.nio.file.NoSuchFileException if there is no source
   * @throws IOException if a file cannot be read or written
   */
  public static String write(Path source, Path target) throws IOException {
    try (WeightFile file = WeightFile.openEarlier(source)) {
      return new FormatUpgrade(file, readSpecification(file)).write(target);
    }
  }

  private static ModelSpecification readSpecification(WeightFile file)
      throws ModelRejectedException {
    String text = file.metadata().getOrDefault(ModelSpecification.METADATA_KEY, "");
    try {
      return specificationOf(Json.parseObject(text));
    } catch (JsonException | IllegalArgumentException e) {
      throw new ModelRejectedException(
          file.path(),
          Reason.SPECIFICATION,
          ModelSpecification.METADATA_KEY + ": " + e.getMessage());
    }
  }

  private static ModelSpecification specificationOf(JsonObject object) throws JsonException {
    String cell = object.string("cell");
    boolean lstm = cell.equals("LSTM");
    if (!lstm && !cell.equals("GRU")) {
      throw new IllegalArgumentException("cell: found " + cell + ", expected LSTM or GRU");
    }
    boolean predicts = object.members().containsKey("features");
    Input input =
        predicts
            ? new FeatureInput(integer(object, "features"))
            : new ItemInput(
                integer(object, "items"),
                integer(object, "embeddingSize"),
                object.constant("keys", ItemKeys.Kind.class));
    List<Layer> layers = new ArrayList<>();
    int width = input.width();
    for (long size : object.integers("hiddenSizes")) {
      int units = integer("hiddenSizes", size);
      layers.add(lstm ? new Lstm(width, units) : new Gru(width, units));
      width = units;
    }
    Head head =
        predicts
            ? new Prediction(
                PREDICTION,
                width,
                integer(object, "outputs"),
                object.constant("activation", Activation.class))
            : new Ranking(Ranking.NEXT, width, integer(object, "items"), object.bool("tied"));
    return new ModelSpecification(input, layers, List.of(head));
  }

  private static int integer(JsonObject object, String field) throws JsonException {
    return integer(field, object.integer(field));
  }

  private static int integer(String field, long value) {
    if (value != (int) value) {
      throw new IllegalArgumentException(field + ": found " + value + ", expected a 32-bit number");
    }
    return (int) value;
  }

  private String write(Path target) throws IOException {
    try {
      return newWriter().publish(target, ModelWriter::check);
    } catch (IllegalArgumentException e) {
      // JSON can spell names and texts that are not Unicode, which a writer refuses.
      throw rejected(Reason.HEADER_STRUCTURE, e);
    } catch (IllegalStateException e) {
      // Some names become longer, so that a header of the greatest size does not fit any more.
      throw rejected(Reason.HEADER_TOO_LARGE, e);
    } catch (IOException e) {
      // A rejection by the check means that the source is invalid, not that writing failed.
      if (e.getCause() instanceof ModelRejectedException rejected) {
        throw rejected.of(source.path());
      }
      throw e;
    }
  }

  private ModelRejectedException rejected(Reason reason, RuntimeException e) {
    return new ModelRejectedException(source.path(), reason, String.valueOf(e.getMessage()));
  }

  private WeightFileWriter newWriter() throws ModelRejectedException {
    WeightFileWriter writer =
        new WeightFileWriter().metadata(ModelSpecification.METADATA_KEY, specification.toJson());
    source
        .metadata()
        .forEach(
            (key, value) -> {
              if (!FORMAT_KEYS.contains(key)) {
                writer.metadata(key, value);
              }
            });
    String quantization = source.metadata().get(Quantization.METADATA_KEY);
    if (quantization != null) {
      writer.metadata(
          Quantization.METADATA_KEY, quantization.replace("\"candidates\":", "\"coarse\":"));
    }
    Set<String> names = new HashSet<>();
    for (Tensor tensor : source.tensors()) {
      String name = newName(tensor.name());
      if (!names.add(name)) {
        throw new ModelRejectedException(
            source.path(),
            Reason.DUPLICATE_NAME,
            "tensor \"" + tensor.name() + "\": found another that becomes \"" + name + "\"");
      }
      writer.tensor(
          name,
          tensor.type(),
          source.data().asSlice(tensor.offset(), tensor.byteSize()),
          tensor.shape().stream().mapToLong(Long::longValue).toArray());
    }
    return writer;
  }

  private String newName(String name) {
    Head head = specification.heads().getFirst();
    String renamed =
        Map.of(
                "layer.0.inputs",
                ItemRows.NAME,
                "output.weights",
                ModelSpecification.headName(head.name(), Head.WEIGHTS),
                "output.bias",
                ModelSpecification.headName(head.name(), Head.BIAS),
                "output.candidates",
                ModelSpecification.headName(head.name(), LinearHead.COARSE),
                "output.candidates.scales",
                ModelSpecification.headName(head.name(), LinearHead.COARSE) + ".scales",
                "golden.candidates",
                GoldenSamples.name(head, GoldenSamples.SCORED_ITEMS),
                "golden.scores",
                GoldenSamples.name(head, GoldenSamples.SCORES),
                "golden.outputs",
                GoldenSamples.name(head, GoldenSamples.OUTPUTS))
            .getOrDefault(name, name);
    if (specification.layers().getFirst() instanceof Gru && name.startsWith("layer.")) {
      renamed = renamed.replaceFirst("\\.input\\.bias$", "." + Gru.INPUT_BIAS);
      renamed = renamed.replaceFirst("\\.bias$", "." + Gru.RECURRENT_BIAS);
    }
    return renamed;
  }
}
