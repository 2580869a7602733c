package org.staccato.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.format.ItemKeys;
import org.staccato.testkit.Cell;

class ModelSpecificationTest {

  private static final String JSON =
      "{\"cell\":\"LSTM\",\"hiddenSizes\":[100,64],\"items\":3416,\"embeddingSize\":64,"
          + "\"tied\":true,\"keys\":\"LONG\"}";

  private static ModelSpecification specification(int items, int embedding, Integer... hidden) {
    return new ModelSpecification(
        Cell.LSTM, List.of(hidden), new Ranking(items, embedding, false, ItemKeys.Kind.TEXT));
  }

  @Test
  void roundTripsThroughJson() {
    ModelSpecification specification =
        new ModelSpecification(
            Cell.LSTM, List.of(100, 64), new Ranking(3416, 64, true, ItemKeys.Kind.LONG));
    assertEquals(JSON, specification.toJson());
    assertEquals(specification, ModelSpecification.fromJson(JSON));
    assertEquals(64, specification.inputSize(0));
    assertEquals(100, specification.inputSize(1));
    assertEquals(64, specification.outputSize());
  }

  @Test
  void theLimitsThemselvesAreAllowed() {
    specification(1, 1, 1);
    specification(ModelSpecification.ITEM_LIMIT, 4096, 4096);
  }

  @Test
  void sizesBeyondTheLimitsAreRefused() {
    assertRefused("items", () -> specification(0, 1, 1));
    assertRefused("items", () -> specification(ModelSpecification.ITEM_LIMIT + 1, 1, 1));
    assertRefused("embeddingSize", () -> specification(1, 0, 1));
    assertRefused("embeddingSize", () -> specification(1, 4097, 1));
    assertRefused("hiddenSizes", () -> specification(1, 1, 4, 0));
    assertRefused("hiddenSizes", () -> specification(1, 1, 4097));
    assertRefused("number of layers", () -> specification(1, 1));
    assertRefused(
        "number of layers",
        () -> specification(1, 1, Collections.nCopies(65, 1).toArray(Integer[]::new)));
    assertRefused(
        "tied output",
        () ->
            new ModelSpecification(
                Cell.LSTM, List.of(9), new Ranking(1, 8, true, ItemKeys.Kind.LONG)));
    assertRefused("features", () -> new Prediction(0, 1, Activation.LINEAR));
    assertRefused("features", () -> new Prediction(4097, 1, Activation.LINEAR));
    assertRefused("outputs", () -> new Prediction(1, 0, Activation.LINEAR));
    assertRefused(
        "outputs", () -> new Prediction(1, ModelSpecification.OUTPUT_LIMIT + 1, Activation.LINEAR));
  }

  @Test
  void aPredictionRoundTripsThroughJson() {
    String json =
        "{\"cell\":\"GRU\",\"hiddenSizes\":[48],\"features\":7,\"outputs\":3,"
            + "\"activation\":\"SOFTMAX\"}";
    ModelSpecification specification =
        new ModelSpecification(Cell.GRU, List.of(48), new Prediction(7, 3, Activation.SOFTMAX));
    assertEquals(json, specification.toJson());
    assertEquals(specification, ModelSpecification.fromJson(json));
    assertEquals(7, specification.inputSize(0));
    assertEquals(3, specification.prediction().outputs());
    assertThrows(IllegalStateException.class, specification::ranking);
  }

  private static void assertRefused(String field, Runnable construction) {
    Exception e = assertThrows(IllegalArgumentException.class, construction::run);
    assertTrue(String.valueOf(e.getMessage()).startsWith(field), String.valueOf(e));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"cell\":\"LSTM\"",
        "{\"cell\":\"GRU4\",\"items\":1,\"embeddingSize\":1,\"hiddenSizes\":[1],\"tied\":false,\"keys\":\"LONG\"}",
        "{\"cell\":\"LSTM\",\"items\":\"1\",\"embeddingSize\":1,\"hiddenSizes\":[1],\"tied\":false,\"keys\":\"LONG\"}",
        "{\"cell\":\"LSTM\",\"items\":1.5,\"embeddingSize\":1,\"hiddenSizes\":[1],\"tied\":false,\"keys\":\"LONG\"}",
        "{\"cell\":\"LSTM\",\"items\":4294967297,\"embeddingSize\":1,\"hiddenSizes\":[1],\"tied\":false,\"keys\":\"LONG\"}",
        "{\"cell\":\"LSTM\",\"items\":1,\"embeddingSize\":1,\"hiddenSizes\":[],\"tied\":false,\"keys\":\"LONG\"}",
        "{\"cell\":\"LSTM\",\"items\":1,\"embeddingSize\":1,\"hiddenSizes\":[1],\"tied\":0,\"keys\":\"LONG\"}",
        "{\"cell\":\"LSTM\",\"items\":1,\"embeddingSize\":1,\"hiddenSizes\":[1],\"tied\":false,\"keys\":\"SHORT\"}",
        "{\"cell\":\"LSTM\",\"items\":1,\"embeddingSize\":1,\"hiddenSizes\":[1],\"tied\":false,\"keys\":\"LONG\",\"peepholes\":true}",
        "{\"cell\":\"LSTM\",\"hiddenSizes\":[1],\"features\":1,\"outputs\":1,\"activation\":\"RELU\"}",
        "{\"cell\":\"LSTM\",\"hiddenSizes\":[1],\"features\":1,\"outputs\":1}",
        "{\"cell\":\"LSTM\",\"hiddenSizes\":[1],\"features\":1,\"outputs\":1,\"activation\":\"LINEAR\",\"items\":1}",
      })
  void anythingElseIsRefusedWithASentence(String text) {
    assertThrows(IllegalArgumentException.class, () -> ModelSpecification.fromJson(text));
  }
}
