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
import org.staccato.testkit.Kinds;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

class ModelSpecificationTest {

  private static final String RANKING =
      "{\"input\":{\"kind\":\"ITEMS\",\"items\":3416,\"width\":64,\"keys\":\"LONG\"},"
          + "\"layers\":[{\"kind\":\"LSTM\",\"inputs\":64,\"units\":100},"
          + "{\"kind\":\"GRU\",\"inputs\":100,\"units\":64}],"
          + "\"heads\":[{\"kind\":\"RANKING\",\"name\":\"next\",\"inputs\":64,\"items\":3416,"
          + "\"tied\":true}]}";

  private static final String PREDICTION =
      "{\"input\":{\"kind\":\"FEATURES\",\"width\":7},"
          + "\"layers\":[{\"kind\":\"GRU\",\"inputs\":7,\"units\":48}],"
          + "\"heads\":[{\"kind\":\"PREDICTION\",\"name\":\"prediction\",\"inputs\":48,"
          + "\"outputs\":3,\"activation\":\"SOFTMAX\"}]}";

  private static ModelSpecification specification(int items, int width, int... units) {
    return RandomNetworks.ranking(
        RandomNetworks.layers(Cell.LSTM, width, units), items, ItemKeys.Kind.TEXT, false);
  }

  @Test
  void aRankingRoundTripsThroughJson() {
    ModelSpecification specification =
        new ModelSpecification(
            new ItemInput(3416, 64, ItemKeys.Kind.LONG),
            List.of(new Lstm(64, 100), new Gru(100, 64)),
            List.of(new Ranking("next", 64, 3416, true)));
    assertEquals(RANKING, specification.toJson());
    assertEquals(specification, ModelSpecification.fromJson(RANKING));
    assertEquals(64, specification.width());
    assertEquals(3416, specification.itemInput().items());
    assertEquals(3416, specification.ranking().outputs());
    assertThrows(WrongTaskException.class, specification::featureInput);
    assertThrows(WrongTaskException.class, specification::prediction);
  }

  @Test
  void aPredictionRoundTripsThroughJson() {
    ModelSpecification specification =
        new ModelSpecification(
            new FeatureInput(7),
            List.of(new Gru(7, 48)),
            List.of(new Prediction("prediction", 48, 3, Activation.SOFTMAX)));
    assertEquals(PREDICTION, specification.toJson());
    assertEquals(specification, ModelSpecification.fromJson(PREDICTION));
    assertEquals(7, specification.featureInput().width());
    assertEquals(3, specification.prediction().outputs());
    assertThrows(WrongTaskException.class, specification::itemInput);
    assertThrows(WrongTaskException.class, specification::ranking);
  }

  /** The names are those of a weight file's tensors and of a trainer's arrays. */
  @Test
  void everyParameterHasANameAndAShape() {
    ModelSpecification specification =
        new ModelSpecification(
            new ItemInput(10, 4, ItemKeys.Kind.LONG),
            List.of(new Lstm(4, 5), new Gru(5, 6)),
            List.of(
                new Ranking("next", 6, 10, false),
                new Prediction("rating", 6, 3, Activation.LINEAR)));
    assertEquals(
        List.of(
            "input.embedding 10 × 4",
            "layer.0.input 20 × 4",
            "layer.0.recurrent 20 × 5",
            "layer.0.bias 20",
            "layer.1.input 18 × 5",
            "layer.1.recurrent 18 × 6",
            "layer.1.inputBias 18",
            "layer.1.recurrentBias 18",
            "head.next.weights 10 × 6",
            "head.next.bias 10",
            "head.rating.weights 3 × 6",
            "head.rating.bias 3"),
        specification.parameters().stream().map(ModelSpecificationTest::shown).toList());
    assertTrue(
        specification.parameters().stream()
            .allMatch(parameter -> parameter.decays() == parameter.isMatrix()));
  }

  private static String shown(Parameter parameter) {
    String columns = parameter.isMatrix() ? " × " + parameter.columns() : "";
    return parameter.name() + " " + parameter.rows() + columns;
  }

  @Test
  void theWeightsOfATiedHeadAreTheEmbeddings() {
    ModelSpecification specification = ModelSpecification.fromJson(RANKING);
    assertEquals(
        List.of("head.next.bias"),
        specification.parametersOf(specification.ranking()).stream().map(Parameter::name).toList());
    Weights weights = RandomNetworks.weights(RandomSeed.random(1), specification);
    assertEquals(weights.embedding(), weights.matrixOf(specification.ranking()));
  }

  @Test
  void theLimitsThemselvesAreAllowed() {
    specification(1, 1, 1);
    specification(ModelSpecification.ITEM_LIMIT, 4096, 4096);
    specification(1, 1, repeated(64));
    new Prediction("p", 4096, ModelSpecification.OUTPUT_LIMIT, Activation.LINEAR);
    new Prediction("a1234567890-1234567890-123456789", 1, 1, Activation.LINEAR);
  }

  private static int[] repeated(int layers) {
    return Collections.nCopies(layers, 1).stream().mapToInt(Integer::intValue).toArray();
  }

  @Test
  void sizesBeyondTheLimitsAreRefused() {
    assertRefused("items", () -> specification(0, 1, 1));
    assertRefused("items", () -> specification(ModelSpecification.ITEM_LIMIT + 1, 1, 1));
    assertRefused("width", () -> new ItemInput(1, 0, ItemKeys.Kind.LONG));
    assertRefused("width", () -> new ItemInput(1, 4097, ItemKeys.Kind.LONG));
    assertRefused("width", () -> new FeatureInput(0));
    assertRefused("width", () -> new FeatureInput(4097));
    for (Cell cell : Cell.values()) {
      assertRefused("units", () -> cell.layer(1, 0));
      assertRefused("units", () -> cell.layer(1, 4097));
      assertRefused("inputs", () -> cell.layer(0, 1));
      assertRefused("inputs", () -> cell.layer(4097, 1));
    }
    assertRefused("number of layers", () -> specification(1, 1, repeated(65)));
    assertRefused("number of layers", () -> withLayers(List.of()));
    assertRefused("inputs", () -> new Ranking("next", 0, 1, false));
    assertRefused("inputs", () -> new Ranking("next", 4097, 1, false));
    assertRefused("items", () -> new Ranking("next", 1, 0, false));
    assertRefused("items", () -> new Ranking("next", 1, ModelSpecification.ITEM_LIMIT + 1, false));
    assertRefused("inputs", () -> new Prediction("p", 0, 1, Activation.LINEAR));
    assertRefused("inputs", () -> new Prediction("p", 4097, 1, Activation.LINEAR));
    assertRefused("outputs", () -> new Prediction("p", 1, 0, Activation.LINEAR));
    assertRefused(
        "outputs",
        () -> new Prediction("p", 1, ModelSpecification.OUTPUT_LIMIT + 1, Activation.LINEAR));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Next",
        "1st",
        "-a",
        "a.b",
        "a b",
        "a\"b",
        "ä",
        "a1234567890-1234567890-1234567890"
      })
  void namesOfAnotherFormAreRefused(String name) {
    assertRefused("head name", () -> new Ranking(name, 1, 1, false));
    assertRefused("head name", () -> new Prediction(name, 1, 1, Activation.LINEAR));
  }

  private static ModelSpecification withLayers(List<Layer> layers) {
    return new ModelSpecification(
        new FeatureInput(3), layers, List.of(new Prediction("p", 5, 1, Activation.LINEAR)));
  }

  private static ModelSpecification withHeads(Head... heads) {
    return new ModelSpecification(
        new ItemInput(20, 3, ItemKeys.Kind.LONG), List.of(new Lstm(3, 5)), List.of(heads));
  }

  @Test
  void partsThatDoNotFitEachOtherAreRefused() {
    assertRefused("layer 0", () -> withLayers(List.of(new Lstm(4, 5))));
    assertRefused("layer 1", () -> withLayers(List.of(new Lstm(3, 5), new Gru(4, 5))));
    assertRefused("head \"p\"", () -> withLayers(List.of(new Lstm(3, 4))));
    assertRefused("heads", ModelSpecificationTest::withHeads);
    assertRefused("head \"next\"", () -> withHeads(new Ranking("next", 4, 20, false)));
    assertRefused("head \"next\"", () -> withHeads(new Ranking("next", 5, 21, false)));
    assertRefused("head \"next\"", () -> withHeads(new Ranking("next", 5, 20, true)));
    assertRefused(
        "heads", () -> withHeads(new Ranking("a", 5, 20, false), new Ranking("b", 5, 20, false)));
    assertRefused(
        "heads",
        () ->
            withHeads(
                new Ranking("a", 5, 20, false), new Prediction("a", 5, 1, Activation.LINEAR)));
    assertRefused(
        "head \"next\"",
        () ->
            new ModelSpecification(
                new FeatureInput(3),
                List.of(new Lstm(3, 5)),
                List.of(new Ranking("next", 5, 20, false))));
  }

  /** A residual connection adds what a layer below it took, which is as wide as it is itself. */
  @Test
  void residualsReachALayerBelowThemOfTheirOwnWidth() {
    withLayers(List.of(new Lstm(3, 5), new Lstm(5, 5), new Residual(5, 1)));
    withLayers(List.of(new LayerNorm(3), new Residual(3, 1), new Lstm(3, 5)));
    assertRefused("layer 0", () -> withLayers(List.of(new Residual(3, 1), new Lstm(3, 5))));
    assertRefused("layer 1", () -> withLayers(List.of(new Lstm(3, 5), new Residual(5, 1))));
    assertRefused("layer 1", () -> withLayers(List.of(new Lstm(3, 5), new Residual(5, 2))));
    assertRefused("layer 1", () -> withLayers(List.of(new Lstm(3, 5), new Residual(4, 1))));
    assertRefused(
        "layer 2", () -> withLayers(List.of(new Lstm(3, 5), new Lstm(5, 5), new Residual(5, 2))));
    assertRefused("span", () -> new Residual(5, 0));
    assertRefused("span", () -> new Residual(5, 65));
    assertRefused("width", () -> new Residual(0, 1));
    assertRefused("width", () -> new Residual(4097, 1));
  }

  @Test
  void aFeedForwardNetworkIsWiderInsideThanAnyLayer() {
    new FeedForward(4096, ModelSpecification.INNER_LIMIT);
    assertRefused("inner", () -> new FeedForward(5, ModelSpecification.INNER_LIMIT + 1));
    assertRefused("inner", () -> new FeedForward(5, 0));
    assertRefused("width", () -> new FeedForward(0, 5));
    assertRefused("width", () -> new FeedForward(4097, 5));
    assertRefused("layer 0", () -> withLayers(List.of(new FeedForward(4, 7), new Lstm(3, 5))));
  }

  @Test
  void blocksRoundTripThroughJson() {
    List<Layer> layers =
        List.of(
            new LayerNorm(3),
            new Lstm(3, 3),
            new Residual(3, 2),
            new FeedForward(3, 12),
            new Lstm(3, 5));
    ModelSpecification specification = withLayers(layers);
    String json = specification.toJson();
    assertTrue(json.contains("{\"kind\":\"RESIDUAL\",\"width\":3,\"span\":2}"), json);
    assertTrue(json.contains("{\"kind\":\"FEED_FORWARD\",\"width\":3,\"inner\":12}"), json);
    assertEquals(specification, ModelSpecification.fromJson(json));
    assertRefused(json, "\"span\":2 \"span\":3");
    assertRefused(json, "\"span\":2 \"span\":2,\"inner\":1");
    assertRefused(json, ",\"span\":2 ");
    assertRefused(json, ",\"inner\":12 ");
    assertRefused(json, "\"inner\":12 \"inner\":12,\"units\":1");
  }

  /** The rows of their attributes are added to sums, which a row below a convolution is not. */
  @Test
  void eventsWithAttributesNeedARecurrentLayerFirst() {
    ItemInput input = new ItemInput(7, 5, ItemKeys.Kind.LONG, Kinds.attributes());
    List<Head> heads = List.of(new Ranking("next", 5, 7, true));
    for (Layer below : List.of(new Convolution(5, 2), new Attention(5, 3))) {
      assertRefused(
          "layer 1: found a layer with a state below the lowest recurrent one",
          () ->
              new ModelSpecification(
                  input, List.of(new LayerNorm(5), below, new Lstm(5, 5)), heads));
    }
    // Above it they may stand.
    new ModelSpecification(
        input, List.of(new Lstm(5, 5), new Convolution(5, 2), new Attention(5, 3)), heads);
  }

  private static void assertRefused(String field, Runnable construction) {
    Exception e = assertThrows(IllegalArgumentException.class, construction::run);
    assertTrue(String.valueOf(e.getMessage()).startsWith(field), String.valueOf(e));
    assertTrue(String.valueOf(e.getMessage()).contains("found"), String.valueOf(e));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"input\":{\"kind\":\"FEATURES\",\"width\":7}",
        "{\"cell\":\"LSTM\",\"hiddenSizes\":[1],\"items\":1,\"embeddingSize\":1,\"tied\":false,\"keys\":\"LONG\"}"
      })
  void whatIsNoSpecificationIsRefusedWithASentence(String text) {
    assertThrows(IllegalArgumentException.class, () -> ModelSpecification.fromJson(text));
  }

  /** Each member in turn is absent, of another type, or has a value that is not allowed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"kind\":\"ITEMS\" \"kind\":\"TIMES\"",
        "\"kind\":\"ITEMS\" \"kind\":\"FEATURES\"",
        "\"kind\":\"ITEMS\", ",
        "\"items\":3416,\"width\" \"items\":\"3416\",\"width\"",
        "\"items\":3416,\"width\" \"items\":3416.5,\"width\"",
        "\"items\":3416,\"width\" \"items\":4294970712,\"width\"",
        "\"items\":3416,\"width\" \"width\"",
        "\"width\":64, ",
        "\"keys\":\"LONG\" \"keys\":\"SHORT\"",
        "\"keys\":\"LONG\" \"keys\":\"LONG\",\"more\":1",
        "\"kind\":\"LSTM\" \"kind\":\"LSTM4\"",
        "\"kind\":\"LSTM\" \"kind\":7",
        "\"kind\":\"LSTM\", ",
        "\"units\":100 \"units\":null",
        "\"units\":100 \"units\":100,\"peepholes\":true",
        ",\"units\":100 ",
        "\"inputs\":100, ",
        "\"kind\":\"RANKING\" \"kind\":\"SORTING\"",
        "\"kind\":\"RANKING\" \"kind\":\"PREDICTION\"",
        "\"name\":\"next\", ",
        "\"name\":\"next\" \"name\":\"\"",
        "\"tied\":true \"tied\":1",
        "\"tied\":true \"tied\":true,\"scale\":2",
        ",\"tied\":true ",
        "\"layers\" \"layer\"",
        "\"layers\":[ \"layers\":[7,",
        "\"heads\":[ \"more\":1,\"heads\":["
      })
  void aRankingWithAnotherMemberIsRefused(String change) {
    assertRefused(RANKING, change);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"width\":7 \"width\":0",
        "\"width\":7 \"width\":7,\"keys\":\"LONG\"",
        ",\"width\":7 ",
        "\"activation\":\"SOFTMAX\" \"activation\":\"RELU\"",
        ",\"activation\":\"SOFTMAX\" ",
        "\"outputs\":3 \"outputs\":0",
        "\"outputs\":3 \"outputs\":3,\"items\":1",
        "\"outputs\":3, "
      })
  void aPredictionWithAnotherMemberIsRefused(String change) {
    assertRefused(PREDICTION, change);
  }

  /** A change is what to replace, a blank, and by what. */
  private static void assertRefused(String json, String change) {
    int blank = change.indexOf(' ');
    String changed = json.replace(change.substring(0, blank), change.substring(blank + 1));
    assertTrue(!changed.equals(json), "changes something");
    assertThrows(IllegalArgumentException.class, () -> ModelSpecification.fromJson(changed));
  }
}
