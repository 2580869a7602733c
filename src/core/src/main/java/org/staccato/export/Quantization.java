package org.staccato.export;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Pace;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.json.Json;
import org.staccato.json.Json.JsonBoolean;
import org.staccato.json.Json.JsonNumber;
import org.staccato.json.Json.JsonObject;
import org.staccato.json.Json.JsonString;
import org.staccato.json.JsonException;
import org.staccato.kernel.Panels;
import org.staccato.model.Head;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Ranking;
import org.staccato.network.GoldenSamples;
import org.staccato.network.GoldenScratch;
import org.staccato.network.Network;
import org.staccato.network.PanelTensors;

/**
 * Rewrites a weight file with its matrices in other types. Everything else is copied byte for byte,
 * golden samples included: these are the answers of the exported network in double precision, so
 * they measure the whole effect of rounding.
 *
 * <p>The new file states its largest permitted error, see {@link #METADATA_KEY}. The same source
 * and types give the same bytes, and quantising the result again gives them too.
 */
public final class Quantization {

  /**
   * The metadata key of the quantisation, a JSON object: {@code source}, the digest of the file
   * that the trainer exported; {@code types}; {@code largestError} and {@code meanError}, as in
   * {@link GoldenErrors}, rounded up to two digits.
   */
  public static final String METADATA_KEY = "staccato.quantization";

  private static final String SOURCE = "source";

  private static final Set<String> REPLACED_KEYS =
      Set.of(
          WeightFile.VERSION_KEY, WeightFile.DIGEST_KEY, METADATA_KEY, GoldenSamples.TOLERANCE_KEY);

  /** Rounds errors so far that they do not depend on the backend. */
  private static final MathContext TWO_DIGITS = new MathContext(2, RoundingMode.CEILING);

  /** The factor from the measured error to the permitted one, for other backends. */
  private static final BigDecimal MARGIN = new BigDecimal("1.5");

  /**
   * The result of a quantisation.
   *
   * @param types the types of the matrices; a network that does not rank has no coarse weights
   * @param sourceBytes the size of the source
   * @param targetBytes the size of the new file
   * @param sourceMatrixBytes the bytes of the source's matrices, scales and coarse weights included
   * @param targetMatrixBytes the bytes of the matrices of the new file
   * @param errors the errors of the new file on its golden samples, on the configured backend
   * @param digest the digest of the new file
   */
  public record Report(
      MatrixTypes types,
      long sourceBytes,
      long targetBytes,
      long sourceMatrixBytes,
      long targetMatrixBytes,
      GoldenErrors errors,
      String digest) {}

  /** The measurements of a file under its temporary name. */
  private record Rehearsal(GoldenErrors errors, long matrixBytes) {}

  private final WeightFile source;
  private final MatrixTypes types;

  /** The types of the layers' matrices that are in the file. */
  private final Map<String, DataType> typesByName = new HashMap<>();

  /** The weights of the heads, and whether the file holds coarse ones too. */
  private final Map<String, Boolean> coarseByName = new HashMap<>();

  private Quantization(WeightFile source, MatrixTypes types, ModelSpecification specification) {
    this.source = source;
    this.types = types;
    for (Parameter matrix : matricesOfLayers(specification)) {
      typesByName.put(matrix.name(), types.of(matrix));
    }
    for (Head head : specification.heads()) {
      coarseByName.put(weightsName(head), types.coarse() && head instanceof Ranking);
    }
  }

  private static List<Parameter> matricesOfLayers(ModelSpecification specification) {
    Set<String> replaced = Folding.replaced(specification);
    List<Parameter> matrices = new ArrayList<>();
    for (int number = 0; number < specification.layers().size(); number++) {
      for (Parameter parameter : specification.parametersOfLayer(number)) {
        if (parameter.isMatrix() && !replaced.contains(parameter.name())) {
          matrices.add(parameter);
        }
      }
    }
    return matrices;
  }

  private static String weightsName(Head head) {
    return ModelSpecification.headName(head.name(), Head.WEIGHTS);
  }

  /**
   * The largest error that is usually accepted; {@code docs/quantization.md} explains the numbers.
   *
   * @param types the types of the matrices
   * @return a bound for {@link #write}
   */
  public static double usualBound(MatrixTypes types) {
    if (types.input() == DataType.I8 || types.recurrent() == DataType.I8) {
      return 0.05;
    }
    return types.equals(new MatrixTypes(DataType.F32, DataType.F32, DataType.F32, types.coarse()))
        ? GoldenSamples.TOLERANCE
        : 0.02;
  }

  /**
   * Writes a weight file with other types of matrices. The new file is first measured under a
   * temporary name, and replaces the target only if its largest error is within the bound and it
   * can be loaded; on failure an older file is unchanged.
   *
   * @param source a weight file whose matrices are F32, BF16 or already of the new types
   * @param target the file to write; replaced if it exists, even if it is the source; its folder
   *     must exist
   * @param types the types of the new matrices
   * @param bound the largest error to accept, see {@link GoldenErrors}; any finite one if infinite
   * @return the result
   * @throws ModelRejectedException if the source is not a valid weight file, if a matrix in I8 has
   *     to change, if the types cannot hold a weight, or if the error exceeds the bound
   * @throws java.nio.file.NoSuchFileException if there is no source
   * @throws IOException if a file cannot be read or written
   * @throws IllegalArgumentException if the bound is not a number from 0
   */
  public static Report write(Path source, Path target, MatrixTypes types, double bound)
      throws IOException {
    if (!(bound >= 0)) {
      throw new IllegalArgumentException("bound: found " + bound + ", expected a number from 0");
    }
    try (WeightFile file = WeightFile.open(source)) {
      ModelSpecification specification = Network.open(file).specification();
      boolean coarse = types.coarse() && specification.findRanking().isPresent();
      MatrixTypes possible =
          new MatrixTypes(types.input(), types.recurrent(), types.output(), coarse);
      return new Quantization(file, possible, specification).write(target, bound);
    }
  }

  /**
   * Finds the matrices of a weight file, which a quantisation can change.
   *
   * @param file an open weight file
   * @return the matrices of the layers and the heads, the coarse ones included if the file has any
   * @throws IllegalArgumentException if the file states no valid specification
   */
  public static List<Tensor> matrices(WeightFile file) {
    ModelSpecification specification =
        ModelSpecification.fromJson(
            file.metadata().getOrDefault(ModelSpecification.METADATA_KEY, ""));
    List<String> names = new ArrayList<>();
    matricesOfLayers(specification).forEach(matrix -> names.add(matrix.name()));
    for (Head head : specification.heads()) {
      names.add(weightsName(head));
      names.add(ParameterPacking.coarseName(weightsName(head)));
    }
    return names.stream().map(file::find).flatMap(Optional::stream).toList();
  }

  private static long matrixBytes(WeightFile file) {
    long bytes = 0;
    for (Tensor matrix : matrices(file)) {
      bytes += matrix.byteSize();
      bytes += file.find(PanelTensors.scalesName(matrix.name())).map(Tensor::byteSize).orElse(0L);
    }
    return bytes;
  }

  private Report write(Path target, double bound) throws IOException {
    Rehearsal rehearsal = rehearse(target);
    double found = rehearsal.errors.largest();
    if (!(found <= Math.min(bound, Double.MAX_VALUE))) {
      throw new ModelRejectedException(
          source.path(),
          Reason.GOLDEN,
          "golden samples with "
              + words()
              + ": found errors up to "
              + found
              + ", expected at most "
              + bound);
    }
    BigDecimal largest = new BigDecimal(found).round(TWO_DIGITS);
    BigDecimal mean = new BigDecimal(rehearsal.errors.mean()).round(TWO_DIGITS);
    BigDecimal tolerance =
        largest.multiply(MARGIN).max(BigDecimal.valueOf(GoldenSamples.TOLERANCE));
    String digest =
        newWriter()
            .metadata(METADATA_KEY, toJson(largest, mean))
            .metadata(GoldenSamples.TOLERANCE_KEY, tolerance.toString())
            .publish(target, ModelWriter::check);
    return new Report(
        types,
        source.data().byteSize(),
        Files.size(target),
        matrixBytes(source),
        rehearsal.matrixBytes,
        rehearsal.errors,
        digest);
  }

  /** Writes the file under a temporary name, measures its errors and deletes it. */
  private Rehearsal rehearse(Path target) throws IOException {
    AtomicReference<Rehearsal> rehearsal = new AtomicReference<>();
    try {
      newWriter()
          .rehearse(
              target,
              unpublished -> {
                try (WeightFile file = WeightFile.open(unpublished)) {
                  Network network = Network.openUnchecked(file, Pace.full());
                  rehearsal.set(new Rehearsal(measure(file, network), matrixBytes(file)));
                }
              });
    } catch (IllegalArgumentException e) {
      throw new ModelRejectedException(
          source.path(), Reason.NOT_FINITE, words() + ": " + e.getMessage());
    } catch (IllegalStateException e) {
      // What is noted of the quantisation makes a header of nearly the greatest size too large.
      throw new ModelRejectedException(
          source.path(), Reason.HEADER_TOO_LARGE, String.valueOf(e.getMessage()));
    }
    return rehearsal.get();
  }

  /** Creates a writer with everything except the entries that depend on the measured errors. */
  private WeightFileWriter newWriter() throws ModelRejectedException {
    WeightFileWriter writer = new WeightFileWriter();
    source
        .metadata()
        .forEach(
            (key, value) -> {
              if (!REPLACED_KEYS.contains(key)) {
                writer.metadata(key, value);
              }
            });
    ParameterPacking packing = new ParameterPacking(writer, types);
    for (Tensor tensor : source.tensors()) {
      String name = tensor.name();
      DataType type = typesByName.getOrDefault(name, tensor.type());
      Boolean coarse = coarseByName.get(name);
      if (coarse != null) {
        Panels panels = PanelTensors.find(source, tensor);
        packing.addHeadWeights(
            name,
            panels.blocks() * Panels.ROWS,
            panels.inputs(),
            PanelPacking.read(source, panels),
            coarse);
      } else if (type != tensor.type()) {
        Panels panels = PanelTensors.find(source, tensor);
        PanelPacking.add(
            writer,
            name,
            type,
            panels.blocks() * Panels.ROWS,
            panels.inputs(),
            PanelPacking.read(source, panels));
      } else if (!isCoarse(name) && !TrainingTensors.isOne(name)) {
        copy(tensor, writer);
      }
    }
    return writer;
  }

  /** Returns whether a tensor belongs to coarse weights, which a quantisation remakes or omits. */
  private boolean isCoarse(String name) {
    for (String weights : coarseByName.keySet()) {
      String coarse = ParameterPacking.coarseName(weights);
      if (name.equals(coarse) || name.equals(PanelTensors.scalesName(coarse))) {
        return true;
      }
    }
    return false;
  }

  private void copy(Tensor tensor, WeightFileWriter writer) {
    writer.tensor(
        tensor.name(),
        tensor.type(),
        source.data().asSlice(tensor.offset(), tensor.byteSize()),
        tensor.shape().stream().mapToLong(Long::longValue).toArray());
  }

  /** Measures the errors of a network on the samples of its file. */
  static GoldenErrors measure(WeightFile file, Network network) throws ModelRejectedException {
    double[] largest = {0};
    double[] total = {0};
    long[] answers = {0};
    GoldenSamples.compare(
        file,
        network,
        new GoldenScratch(),
        (sample, actual, expected, count) -> {
          double scale = GoldenSamples.scale(expected, count);
          for (int i = 0; i < count; i++) {
            double error = Math.abs(actual[i] - expected[i]) / scale;
            // Replaces NaN, which no bound refuses, by infinity.
            error = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
            largest[0] = Math.max(largest[0], error);
            total[0] += error;
            answers[0]++;
          }
        });
    return new GoldenErrors(largest[0], total[0] / answers[0]);
  }

  private String toJson(BigDecimal largest, BigDecimal mean) {
    Map<String, Json> matrices = new LinkedHashMap<>();
    matrices.put("input", new JsonString(types.input().name()));
    matrices.put("recurrent", new JsonString(types.recurrent().name()));
    matrices.put("output", new JsonString(types.output().name()));
    matrices.put("coarse", new JsonBoolean(types.coarse()));
    Map<String, Json> members = new LinkedHashMap<>();
    members.put(SOURCE, new JsonString(exportedDigest()));
    members.put("types", new JsonObject(matrices));
    members.put("largestError", new JsonNumber(largest.toString()));
    members.put("meanError", new JsonNumber(mean.toString()));
    return new JsonObject(members).toString();
  }

  /**
   * Returns the digest of the exported file: the source, or the file that it was quantised from.
   */
  private String exportedDigest() {
    String earlier = source.metadata().get(METADATA_KEY);
    try {
      return earlier == null ? source.digest() : Json.parseObject(earlier).string(SOURCE);
    } catch (JsonException e) {
      return source.digest();
    }
  }

  private String words() {
    return "input weights in "
        + types.input()
        + ", recurrent in "
        + types.recurrent()
        + ", output in "
        + types.output();
  }
}
