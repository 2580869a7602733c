package org.staccato.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.format.ItemKeys;
import org.staccato.format.JsonException;
import org.staccato.network.ModelSpecification.Cell;

class ModelSpecificationTest {

  private static final String JSON =
      "{\"cell\":\"LSTM\",\"items\":3416,\"embeddingSize\":64,\"hiddenSizes\":[100,64],"
          + "\"tied\":true,\"keys\":\"LONG\"}";

  private static ModelSpecification specification(int items, int embedding, Integer... hidden) {
    return new ModelSpecification(
        Cell.LSTM, items, embedding, List.of(hidden), false, ItemKeys.Kind.TEXT);
  }

  @Test
  void roundTripsThroughJson() throws JsonException {
    ModelSpecification specification =
        new ModelSpecification(Cell.LSTM, 3416, 64, List.of(100, 64), true, ItemKeys.Kind.LONG);
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
        () -> new ModelSpecification(Cell.LSTM, 1, 8, List.of(9), true, ItemKeys.Kind.LONG));
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
      })
  void anythingElseIsRefusedWithASentence(String text) {
    Exception e = assertThrows(Exception.class, () -> ModelSpecification.fromJson(text));
    assertTrue(e instanceof JsonException || e instanceof IllegalArgumentException, e.toString());
  }
}
