package org.staccato.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.format.ItemKeys;
import org.staccato.model.EventAttribute.Category;
import org.staccato.model.EventAttribute.Clock;
import org.staccato.model.EventAttribute.Gap;
import org.staccato.model.EventAttribute.Level;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** The values that attributes read from events. */
class EventAttributeTest {

  @Test
  void anEventOfWhichNothingIsKnownHasNoValue() {
    for (EventAttribute attribute : Kinds.attributes()) {
      assertEquals(EventAttribute.UNKNOWN, attribute.valueOf(new Event()), attribute.name());
    }
  }

  @Test
  void everyValueIsWithinItsRange() {
    long seed = RandomSeed.fresh();
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      Event event = RandomNetworks.event(random, 0);
      for (EventAttribute attribute : Kinds.attributes()) {
        int value = attribute.valueOf(event);
        assertTrue(value >= 0 && value < attribute.values(), attribute.name() + ", seed " + seed);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"buy, 1", "cart, 2", "view, 3", "sale, 0", "Buy, 0", "'', 0"})
  void aCategoryIsItsPlaceAndAnUnseenOneIsUnknown(String type, int value) {
    Category category = new Category("type", List.of("buy", "cart", "view"));
    assertEquals(value, category.valueOf(new Event().type(type)));
  }

  @ParameterizedTest
  @CsvSource({"-7, 1", "1, 1", "1.9, 1", "2, 2", "3.99, 2", "4, 3", "1e30, 3", "Infinity, 3"})
  void aLevelReachesFromItsBoundToTheNext(float number, int value) {
    assertEquals(value, new Level("value", List.of(1f, 2f, 4f)).valueOf(new Event().value(number)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1",
    "0, 999, 1",
    "0, 1000, 2",
    "0, 2999, 2",
    "0, 3000, 3",
    "0, 3600000, 12",
    "1000, 0, 0",
    "0, 9000000000000000000, 26",
    "-9000000000000000000, 9000000000000000000, 26",
  })
  void aGapIsTheLogarithmOfItsSecondsAndUnknownIfTheClockWentBack(
      long before, long now, int value) {
    Gap gap = new Gap("gap", Gap.USUAL_BUCKETS);
    assertEquals(value, gap.valueOf(new Event().previousMillis(before).millis(now)));
  }

  @Test
  void aFirstEventHasNoGap() {
    assertEquals(0, new Gap("gap", 3).valueOf(new Event().millis(5)));
    assertEquals(0, new Gap("gap", 3).valueOf(new Event().previousMillis(5)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UTC",
        "Europe/Berlin",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Australia/Lord_Howe"
      })
  void hourAndWeekdayAreThoseOfTheZone(String zone) {
    long seed = RandomSeed.fresh();
    Random random = new Random(seed);
    Clock hour = new Clock("hour", Clock.Unit.HOUR, LocalClock.of(zone));
    Clock weekday = new Clock("weekday", Clock.Unit.WEEKDAY, LocalClock.of(zone));
    long end = Instant.parse("2100-01-01T00:00:00Z").toEpochMilli();
    for (int i = 0; i < 20_000; i++) {
      long millis = random.nextLong(end);
      ZonedDateTime time = Instant.ofEpochMilli(millis).atZone(ZoneId.of(zone));
      Event event = new Event().millis(millis);
      assertEquals(1 + time.getHour(), hour.valueOf(event), zone + " " + time + ", seed " + seed);
      assertEquals(time.getDayOfWeek().getValue(), weekday.valueOf(event), zone + " " + time);
    }
    for (long millis : new long[] {Long.MIN_VALUE + 1, Long.MAX_VALUE}) {
      int value = hour.valueOf(new Event().millis(millis));
      assertTrue(value >= 1 && value <= 24, "the ends of time: " + value);
    }
  }

  @Test
  void whatIsNotAllowedIsRefusedInOneSentence() {
    refused("attribute name: found \"Type\"", () -> new Category("Type", List.of("a")));
    refused("categories: found 0", () -> new Category("type", List.of()));
    refused("found \"b\" before \"a\"", () -> new Category("type", List.of("b", "a")));
    refused("found \"a\" before \"a\"", () -> new Category("type", List.of("a", "a")));
    refused(
        "categories: found 4096",
        () ->
            new Category(
                "type", IntStream.range(0, 4096).mapToObj(i -> "%04d".formatted(i)).toList()));
    refused("expected a finite number", () -> new Level("value", List.of(1f, Float.NaN)));
    refused("ascending order", () -> new Level("value", List.of(2f, 1f)));
    refused("buckets: found 65", () -> new Gap("gap", 65));
    refused("zone: found \"Berlin\"", () -> LocalClock.of("Berlin"));
    refused(
        "found the name \"gap\" twice", () -> input(List.of(new Gap("gap", 2), new Gap("gap", 3))));
    refused("attributes: found 17", () -> input(Collections.nCopies(17, new Gap("gap", 2))));
  }

  @Test
  void aSpecificationWithoutAttributesAndLinkSaysNothingOfThem() {
    ItemInput plain = input(List.of());
    String text =
        new ModelSpecification(
                plain, List.of(new Lstm(2, 2)), List.of(new Ranking(Ranking.NEXT, 2, 3, true)))
            .toJson();
    assertTrue(!text.contains("attributes") && !text.contains("link"), text);
  }

  @Test
  void malformedAttributesOfAFileAreRefused() {
    String good =
        new ModelSpecification(
                input(Kinds.attributes()),
                List.of(new Lstm(2, 2)),
                List.of(new Ranking(Ranking.ITEM, 2, 3, true, Link.SIGMOID)))
            .toJson();
    assertEquals(good, ModelSpecification.fromJson(good).toJson());
    List<String> bad = new ArrayList<>();
    bad.add(good.replace("\"buy\",", "7,"));
    bad.add(good.replace("\"bounds\":[", "\"bounds\":[\"x\","));
    bad.add(good.replace("2.5", "1e99"));
    bad.add(good.replace("Europe/Berlin", "Nowhere/Town"));
    bad.add(good.replace("\"buckets\":26", "\"buckets\":0"));
    bad.add(good.replace("\"kind\":\"GAP\"", "\"kind\":\"HOLE\""));
    bad.add(good.replace("SIGMOID", "TANH"));
    for (String text : bad) {
      assertTrue(!text.equals(good), text);
      assertThrows(IllegalArgumentException.class, () -> ModelSpecification.fromJson(text), text);
    }
  }

  private static ItemInput input(List<EventAttribute> attributes) {
    return new ItemInput(3, 2, ItemKeys.Kind.LONG, attributes);
  }

  private static void refused(String part, Runnable action) {
    String message =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, action::run, part).getMessage());
    assertTrue(message.contains(part), message);
  }
}
