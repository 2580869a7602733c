package org.staccato.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.json.Json.JsonObject;
import org.staccato.json.Json.JsonString;

class JsonTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "\"\"",
        "true",
        "false",
        "null",
        "0",
        "-0",
        "-12.5e+300",
        "1E400",
        "{\"a\":[1,{\"b\":[]},\"c\"],\"d\":{}}",
        "\"\\\"\\\\\\n\\r\\t\\u0001 ünïcödé 🎼\""
      })
  void whatIsWrittenIsWhatWasRead(String text) throws JsonException {
    assertEquals(text, Json.parse(text).toString());
  }

  @Test
  void whiteSpaceAndEscapesAreAcceptedWhereJsonAllowsThem() throws JsonException {
    assertEquals("{\"a\":[1,2]}", Json.parse(" {\t\"a\" :\r\n[ 1 , 2 ] } ").toString());
    assertEquals(
        new JsonString("/\b\f\u00e9\ud834\udd1e"),
        Json.parse("\"\\/\\b\\f\\u00E9\\ud834\\uDD1e\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "[",
        "[1",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1 \"b\":2}",
        "{1:2}",
        "{}{}",
        "{} x",
        "nul",
        "nulll",
        "True",
        "NaN",
        "Infinity",
        "+1",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x10",
        "-01",
        "1.e3",
        "1e3.5",
        "1-2",
        "--1",
        "\"",
        "\"a",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u１２３４\"",
        "\"\n\"",
        "\"\u0000\"",
        "\u0000",
        "/* */ 1",
        "[1]\u00a0",
        "\ufeff{}"
      })
  void whatIsNotJsonIsRefused(String text) {
    JsonException refused = assertThrows(JsonException.class, () -> Json.parse(text));
    assertTrue(String.valueOf(refused.getMessage()).startsWith("at character "), refused::toString);
  }

  @Test
  void aNameMayNotOccurTwiceHoweverItIsEscaped() {
    JsonException refused =
        assertThrows(JsonException.class, () -> Json.parse("{\"a\":1,\"\\u0061\":2}"));
    assertTrue(refused.isDuplicateName());
    assertEquals("at character 7: found the name \"a\" twice", refused.getMessage());
  }

  @Test
  void nestingIsLimited() throws JsonException {
    String deepest = "[".repeat(Json.DEPTH_LIMIT) + "]".repeat(Json.DEPTH_LIMIT);
    assertEquals(deepest, Json.parse(deepest).toString());
    assertThrows(JsonException.class, () -> Json.parse("[" + deepest + "]"));
    assertThrows(JsonException.class, () -> Json.parse("[".repeat(1_000_000)));
    assertThrows(JsonException.class, () -> Json.parse("{\"\":".repeat(1_000_000)));
  }

  @Test
  void theNumberOfValuesIsLimited() throws JsonException {
    String most = "[" + "0,".repeat(Json.VALUE_LIMIT - 2) + "0]";
    assertEquals(most, Json.parse(most).toString());
    assertThrows(JsonException.class, () -> Json.parse(most.replace("0]", "0,0]")));
    assertThrows(JsonException.class, () -> Json.parse("[" + most + "]"));
  }

  @Test
  void lengthIsLimited() {
    String tooLong = " ".repeat(Json.LENGTH_LIMIT) + "0";
    assertThrows(JsonException.class, () -> Json.parse(tooLong));
  }

  @Test
  void membersAreReadByTypeAndMistakesAreNamed() throws JsonException {
    JsonObject object =
        Json.parseObject("{\"s\":\"x\",\"i\":-7,\"b\":true,\"a\":[1,2],\"o\":{\"n\":0}}");
    assertEquals("x", object.string("s"));
    assertEquals(-7, object.integer("i"));
    assertTrue(object.bool("b"));
    assertEquals(List.of(1L, 2L), object.integers("a"));
    assertEquals(0, object.object("o").integer("n"));
    assertEquals(
        "field \"s\": found \"x\", expected an integer",
        assertThrows(JsonException.class, () -> object.integer("s")).getMessage());
    assertEquals(
        "field \"missing\": found nothing, expected a string",
        assertThrows(JsonException.class, () -> object.string("missing")).getMessage());
    assertThrows(JsonException.class, () -> object.bool("i"));
    assertThrows(JsonException.class, () -> object.integers("o"));
    assertThrows(JsonException.class, () -> object.object("a"));
    assertThrows(JsonException.class, () -> Json.parseObject("[]"));
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775807, true",
    "-9223372036854775808, true",
    "9223372036854775808, false",
    "-9223372036854775809, false",
    "99999999999999999999, false",
    "1.0, false",
    "1e3, false",
    "-0, false"
  })
  void onlyWholeNumbersOf64BitsAreIntegers(String literal, boolean integer) throws JsonException {
    JsonObject object = Json.parseObject("{\"n\":" + literal + "}");
    if (integer) {
      assertEquals(Long.parseLong(literal), object.integer("n"));
    } else {
      assertThrows(JsonException.class, () -> object.integer("n"));
    }
  }
}
