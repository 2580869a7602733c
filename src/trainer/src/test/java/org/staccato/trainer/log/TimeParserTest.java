package org.staccato.trainer.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeParserTest {
  private static TimeParser times(String pattern, boolean decimalComma) {
    return new TimeParser(new LogFormat.Notation(pattern, decimalComma));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-1, -1000",
    "1592337718, 1592337718000",
    "1592337718.0, 1592337718000",
    "1592337718.25, 1592337718250",
    "1.592337718E9, 1592337718000",
    "1592337718250, 1592337718250",
    "1592337718250.0, 1592337718250",
    "1970-01-02, 86400000",
    "1970-01-01T00:00:01, 1000",
    "1970-01-01 00:00:01, 1000",
    "1970-01-01T00:00:01.5Z, 1500",
    "1970-01-01T01:00:01+01:00, 1000",
    "1969-12-31T23:59:59Z, -1000",
  })
  void readsSecondsMillisecondsAndIso(String text, long millis) {
    assertEquals(millis, times("", false).parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "1e99999999999",
        "1e-",
        "100000000000000",
        "-9223372036854775808",
        "1970-02-30",
        "12/1/2010 8:26"
      })
  void otherTextIsNoTime(String text) {
    assertNull(times("", false).parse(text));
  }

  @Test
  void aPatternIsAnAlternative() {
    TimeParser times = times("M/d/yyyy H:mm", false);
    assertEquals(1291191960000L, times.parse("12/1/2010 8:26"));
    assertEquals(1000, times.parse("1"));
    assertEquals(86400000, times.parse("1970-01-02"));
  }

  @Test
  void decimalsMayFollowAComma() {
    TimeParser times = times("", true);
    assertEquals(1592337718250L, times.parse("1592337718,25"));
    assertEquals(1592337718250L, times.parse("1592337718.25"));
    assertEquals(1500, times.parse("1970-01-01T00:00:01.5Z"));
    assertNull(times.parse("1.592.337.718,25"));
    assertNull(times("", false).parse("1592337718,25"));
  }

  @ParameterizedTest
  @CsvSource({
    "d/M/yyyy, 2/1/1970, 86400000",
    "dd.MM.yy HH:mm:ss, 02.01.70 00:00:01, 3155846401000",
    "yyyyMMddHHmmss, 19700102000001, 86401000",
    "d/M/yyyy H:mm Z, 1/1/1970 1:00 +0100, 0",
    "d/M/yyyy h:mm a, 1/1/1970 1:00 PM, 46800000",
  })
  void aPatternMayTellADateAZoneOrTheHalfOfADay(String pattern, String text, long millis) {
    assertEquals(millis, times(pattern, false).parse(text));
  }
}
