package org.staccato.trainer.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.trainer.log.KeyedTable;
import org.staccato.trainer.log.Keys;
import org.staccato.trainer.log.LogFormatException;
import org.staccato.trainer.log.LogSource;

/** Tables of items as features. */
class ItemFeaturesTest {
  private static final FeatureColumns COLUMNS =
      new FeatureColumns("item", List.of("genres"), List.of("price"), List.of("title"), "|", 2);

  private static final String FILMS =
      """
      item,genres,price,title
      1,Comedy|Drama,5,"The Cat, the Dog"
      2,Comedy,,Cat!
      3,Drama,15,
      4,Western,10,DOG
      9,Western,1e9,another dog
      """;

  private static KeyedTable table(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return KeyedTable.read(
        LogSource.of("films.csv", () -> new ByteArrayInputStream(bytes)), "item");
  }

  private static FeatureVocabulary vocabulary() throws IOException {
    Keys catalogue = Keys.ofLongs(1, 2, 3, 4);
    return FeatureVocabulary.learn(table(FILMS), COLUMNS, catalogue.texts()::contains);
  }

  private static Map<Integer, Float> encoded(String row) throws IOException {
    FeatureRow found =
        vocabulary().encode(table("item,genres,price,title\nnew," + row + "\n"), "new");
    Map<Integer, Float> weights = new TreeMap<>();
    for (int i = 0; i < found.features().length; i++) {
      weights.put(found.features()[i], found.weights()[i]);
    }
    return weights;
  }

  /** Feature 0 is every item, 1 Comedy, 2 Drama, 3 cat, 4 dog, 5 to 7 the prices 5, 10 and 15. */
  @Test
  void onlyTermsOfTwoTrainingItemsAreFeatures() throws IOException {
    assertEquals(8, vocabulary().size());
    assertEquals(Map.of(0, 1f, 1, 0.5f, 2, 0.5f), encoded("Comedy|Drama|Western|,,"));
    assertEquals(Map.of(0, 1f, 3, 0.5f, 4, 0.5f), encoded(",,a DOG's cat cat"));
  }

  @Test
  void aNumberLiesBetweenItsNeighbours() throws IOException {
    assertEquals(Map.of(0, 1f, 5, 0.8f, 6, 0.2f), encoded(",6,"));
    assertEquals(Map.of(0, 1f, 6, 1f), encoded(",10,"));
    assertEquals(Map.of(0, 1f, 7, 1f), encoded(",1e30,"));
    assertEquals(Map.of(0, 1f, 5, 1f), encoded(",-1e308,"));
  }

  @Test
  void anItemOfWhichNothingIsKnownHasNoFeatures() throws IOException {
    assertTrue(encoded(",,").isEmpty());
    assertTrue(encoded("Western,,another").isEmpty());
    assertFalse(vocabulary().encode(table(FILMS), "77").isKnown());
  }

  @Test
  void centresThatAreInfinitelyFarFromEachOtherAndConstantsAreNoTrouble() {
    FeatureField.Buckets far =
        FeatureField.Buckets.learn("x", new double[] {-Double.MAX_VALUE, Double.MAX_VALUE});
    Map<Integer, Float> weights = new TreeMap<>();
    far.add("0", 0, weights);
    assertEquals(Map.of(0, 0.5f, 1, 0.5f), weights);
    FeatureField.Buckets constant = FeatureField.Buckets.learn("x", new double[] {3, 3, 3});
    assertEquals(1, constant.size());
    assertEquals(0, FeatureField.Buckets.learn("x", new double[0]).size());
  }

  @Test
  void manyNumbersBecomeSixteenQuantiles() {
    double[] numbers = new double[1000];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (i * 7919) % 1000;
    }
    FeatureField.Buckets buckets = FeatureField.Buckets.learn("x", numbers);
    assertEquals(16, buckets.size());
    assertEquals(0, buckets.centres()[0]);
    assertEquals(999, buckets.centres()[15]);
  }

  @Test
  void aVocabularyIsReadAsItWasWritten() throws IOException {
    String json = VocabularyJson.write(vocabulary());
    assertEquals(json, VocabularyJson.write(VocabularyJson.read(json)));
    assertEquals(
        "{\"item\":\"item\",\"columns\":[{\"column\":\"genres\",\"separator\":\"|\","
            + "\"terms\":[\"Comedy\",\"Drama\"]},{\"column\":\"title\",\"separator\":\"\","
            + "\"terms\":[\"cat\",\"dog\"]},{\"column\":\"price\",\"centres\":[5.0,10.0,15.0]}]}",
        json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}",
        "{\"item\":1}",
        "{\"item\":\"i\",\"columns\":[{}]}",
        "{\"item\":\"i\",\"columns\":[{\"column\":\"x\",\"centres\":[2,1]}]}",
        "{\"item\":\"i\",\"columns\":[{\"column\":\"x\",\"centres\":[1",
        "{\"item\":\"i\",\"columns\":[{\"column\":\"x\",\"separator\":\"\",\"terms\":[\"a\",\"a\"]}]}",
        "{\"item\":\"i\",\"columns\":[]} {}",
      })
  void anotherTextIsNoVocabulary(String text) {
    assertThrows(IllegalArgumentException.class, () -> VocabularyJson.read(text));
  }

  @Test
  void rowsAreReadByItemAndByFeature() {
    FeatureRow first = new FeatureRow(new int[] {0, 2}, new float[] {1, 0.5f});
    FeatureRow none = new FeatureRow(new int[0], new float[0]);
    FeatureRow last = new FeatureRow(new int[] {2}, new float[] {0.25f});
    ItemFeatures features = new ItemFeatures("", 3, List.of(first, none, last));
    float[] sums = new float[3];
    features.ofItem(0, (feature, weight) -> sums[feature] += weight);
    assertArrayEquals(new float[] {1, 0, 0.5f}, sums);
    float[] items = new float[3];
    features.ofFeature(2, (item, weight) -> items[item] += weight);
    assertArrayEquals(new float[] {0.5f, 0, 0.25f}, items);
    assertEquals(2, features.described());
  }

  @Test
  void aTableOfOtherItemsIsRefused() throws IOException {
    KeyedTable films = table(FILMS);
    LogFormatException refused =
        assertThrows(
            LogFormatException.class, () -> ItemFeatures.of(films, COLUMNS, Keys.ofLongs(77)));
    assertTrue(String.valueOf(refused.getMessage()).contains("such as '77'"), refused.getMessage());
  }
}
