package org.staccato.export;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.staccato.format.ItemKeys;
import org.staccato.model.Activation;
import org.staccato.model.FeatureInput;
import org.staccato.model.Gru;
import org.staccato.model.ItemInput;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Prediction;
import org.staccato.model.Ranking;

/** Weight files of format version 2, which an earlier release wrote, and their contents. */
final class EarlierFiles {
  private static final ItemKeys.Kind LONG = ItemKeys.Kind.LONG;

  /** What is in each file. */
  static final Map<String, ModelSpecification> SPECIFICATIONS =
      Map.of(
          "lstm-tied",
          new ModelSpecification(
              new ItemInput(12, 5, LONG),
              List.of(new Lstm(5, 5)),
              List.of(new Ranking("next", 5, 12, true))),
          "lstm-text-keys",
          new ModelSpecification(
              new ItemInput(9, 3, ItemKeys.Kind.TEXT),
              List.of(new Lstm(3, 6)),
              List.of(new Ranking("next", 6, 9, false))),
          "gru-two-layers",
          new ModelSpecification(
              new ItemInput(10, 4, LONG),
              List.of(new Gru(4, 4), new Gru(4, 7)),
              List.of(new Ranking("next", 7, 10, false))),
          "gru-softmax",
          new ModelSpecification(
              new FeatureInput(3),
              List.of(new Gru(3, 5), new Gru(5, 4)),
              List.of(new Prediction("prediction", 4, 4, Activation.SOFTMAX))),
          "lstm-bf16",
          new ModelSpecification(
              new ItemInput(11, 4, LONG),
              List.of(new Lstm(4, 6), new Lstm(6, 5)),
              List.of(new Ranking("next", 5, 11, false))),
          "lstm-i8",
          new ModelSpecification(
              new ItemInput(13, 4, LONG),
              List.of(new Lstm(4, 5), new Lstm(5, 6)),
              List.of(new Ranking("next", 6, 13, false))));

  private EarlierFiles() {}

  static Stream<String> names() {
    return SPECIFICATIONS.keySet().stream().sorted();
  }

  /** The bytes of a file of the folder. */
  static byte[] read(String file) throws IOException {
    try (InputStream stream = EarlierFiles.class.getResourceAsStream("format-2/" + file)) {
      return Objects.requireNonNull(stream, file).readAllBytes();
    }
  }
}
