package org.staccato.trainer.sequence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.staccato.model.Event;
import org.staccato.model.EventAttribute;
import org.staccato.trainer.log.Column;
import org.staccato.trainer.log.EventLog;
import org.staccato.trainer.log.KeptColumns;

/**
 * What sequences keep of events, the split by the last share, and the attributes learnt from it.
 */
class EventColumnsTest {
  private static final KeptColumns ALL =
      KeptColumns.of(Set.of(Column.TIME, Column.TYPE, Column.VALUE));

  /** The events of one user in the order of time, as {@code item type value millis previous}. */
  private static String events(Sequences sequences, int sequence) {
    StringBuilder words = new StringBuilder();
    Event event = new Event();
    for (int position = 0; position < sequences.length(sequence); position++) {
      sequences.read(sequence, position, event);
      words.append(event.item()).append(' ').append(event.type()).append(' ');
      words.append(event.value()).append(' ').append(event.millis()).append(' ');
      words.append(event.previousMillis() == Event.UNKNOWN_TIME ? "-" : event.previousMillis());
      words.append("; ");
    }
    return words.toString();
  }

  @Test
  void columnsFollowTheirEventsThroughSortingAndFilters() throws Exception {
    EventLog log =
        new EventLog.Builder(true, false, ALL)
            .add("u", null, "a", 30, "buy", 3)
            .add("u", null, "b", 10, "view", 1)
            .add("v", null, "b", 5, "view", Float.NaN)
            .add("u", null, "rare", 15, "view", 9)
            .add("u", null, "b", 20, "", 2)
            .add("v", null, "a", 6, "buy", 7)
            .add("u", null, "a", 40, "view", 4)
            .add("v", null, "b", 7, "buy", 8)
            .add("v", null, "a", 8, "view", 5)
            .build();
    Split split = Preparation.split(log, PreparationOptions.leaveOneOut().withMinimumSupport(2));
    int b = split.items().texts().indexOf("b");
    int a = split.items().texts().indexOf("a");
    Sequences test = split.test().sequences();
    assertEquals(
        b + " view NaN 5 -; " + a + " buy 7.0 6 5; " + b + " buy 8.0 7 6; " + a + " view 5.0 8 7; ",
        events(test, 0));
    assertEquals(
        b
            + " view 1.0 10 -; "
            + b
            + " null 2.0 20 10; "
            + a
            + " buy 3.0 30 20; "
            + a
            + " view 4.0 40 30; ",
        events(test, 1));
    assertEquals(1, test.user(0));
    assertEquals(0, split.train().user(1));
    assertEquals(2f, split.train().value(1, 1));
  }

  @Test
  void aLogThatKeepsNothingHasItemsOnly() throws Exception {
    EventLog.Builder log = new EventLog.Builder(true, false);
    for (int i = 0; i < 5; i++) {
      log.add("u", null, "x", i);
    }
    Split split = Preparation.split(log.build(), PreparationOptions.leaveOneOut());
    assertEquals("0 null NaN " + Event.UNKNOWN_TIME + " -; ", first(split.train()));
    assertEquals(-1, split.train().user(0));
  }

  private static String first(Sequences sequences) {
    String all = events(sequences, 0);
    return all.substring(0, all.indexOf(';') + 2);
  }

  /** Three parts of a sequence of n events, for shares of a tenth and of a third. */
  @ParameterizedTest
  @CsvSource({
    "0.1, 2, 2, 0, 0",
    "0.1, 3, 1, 1, 1",
    "0.1, 14, 12, 1, 1",
    "0.1, 15, 11, 2, 2",
    "0.1, 100, 80, 10, 10",
    "0.33, 9, 3, 3, 3",
    "0.4, 4, 4, 0, 0",
  })
  void theLastShareIsTheTestPartAndAsManyBeforeItTheValidationPart(
      double share, int length, int train, int validation, int test) throws Exception {
    EventLog.Builder log = new EventLog.Builder(false, false);
    IntStream.range(0, length).forEach(i -> log.add("u", null, "i" + i % 3, 0));
    IntStream.range(0, 50).forEach(i -> log.add("other", null, "i" + i % 3, 0));
    PreparationOptions options = PreparationOptions.lastShare(share);
    Split split = Preparation.split(log.build(), options);
    int heldOut = (int) Math.max(1, Math.round(50 * share));
    assertEquals(train + 50 - 2 * heldOut, split.train().events());
    assertEquals(validation + heldOut, split.validation().cases());
    assertEquals(test + heldOut, split.test().cases());
    assertEquals(options, PreparationOptions.fromMap(options.toMap()));
  }

  @Test
  void sharesOutOfRangeAreRefusedAndOtherRecipesDoNotNameThem() {
    for (double share : new double[] {0, 0.5, -1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> PreparationOptions.lastShare(share));
    }
    assertTrue(!PreparationOptions.leaveOneOut().toMap().containsKey("preparation.share"));
  }

  private static Sequences train(String type, float... values) throws Exception {
    EventLog.Builder log = new EventLog.Builder(true, false, ALL);
    for (float value : values) {
      log.add("u", null, "x", 0, type, value);
    }
    log.add("u", null, "x", 1, "held", 99).add("u", null, "x", 2, "out", 98);
    return Preparation.split(log.build(), PreparationOptions.leaveOneOut()).train();
  }

  @Test
  void attributesKnowTheValuesOfTheTrainingPartOnly() throws Exception {
    Sequences train = train("buy", 4, 1, Float.NaN, -0f, 0f, 4);
    assertEquals(
        new EventAttribute.Category("type", List.of("buy")),
        AttributeChoice.TYPE.learn(train, "UTC"));
    assertEquals(
        new EventAttribute.Level("value", List.of(0f, 1f, 4f)),
        AttributeChoice.VALUE.learn(train, "UTC"));
    assertEquals(25, AttributeChoice.HOUR.learn(train, "Asia/Tokyo").values());
    assertEquals("gap", AttributeChoice.GAP.learn(train, "UTC").name());
  }

  @Test
  void manyValuesAreCutAtQuantiles() throws Exception {
    float[] values = new float[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i < 400 ? 0 : i;
    }
    EventAttribute attribute = AttributeChoice.VALUE.learn(train("", values), "UTC");
    assertEquals(
        new EventAttribute.Level(
            "value",
            List.of(0f, 400f, 450f, 500f, 550f, 600f, 650f, 700f, 750f, 800f, 850f, 900f, 950f)),
        attribute);
  }

  @Test
  void aColumnWithoutAnyValueIsRefused() throws Exception {
    Sequences train = train("", Float.NaN, Float.NaN);
    for (AttributeChoice choice : List.of(AttributeChoice.TYPE, AttributeChoice.VALUE)) {
      UnusableLogException e =
          assertThrows(UnusableLogException.class, () -> choice.learn(train, "UTC"));
      assertTrue(String.valueOf(e.getMessage()).contains("in the training part, expected"));
    }
  }
}
