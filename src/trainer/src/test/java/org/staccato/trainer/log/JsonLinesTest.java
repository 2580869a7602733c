package org.staccato.trainer.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.staccato.trainer.log.TestLog.words;
import static org.staccato.trainer.log.TestLog.write;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs of one JSON object per line. */
class JsonLinesTest {
  @TempDir Path folder = Path.of("");

  private EventLog read(LogFormat format, String... lines) throws IOException {
    return LogReader.read(write(folder, lines), format);
  }

  private EventLog read(String... lines) throws IOException {
    return read(LogFormat.preset("delimited"), lines);
  }

  private String refusal(LogFormat format, String... lines) {
    LogFormatException e = assertThrows(LogFormatException.class, () -> read(format, lines));
    return String.valueOf(e.getMessage()).substring(folder.resolve("log.txt").toString().length());
  }

  private String refusal(String... lines) {
    return refusal(LogFormat.preset("delimited"), lines);
  }

  @Test
  void membersAreColumns() throws IOException {
    EventLog log =
        read(
            "\uFEFF  {\"user\":\"ann\",\"item\":17,\"time\":1592337718.5,\"page\":{\"no\":[1,2]}}",
            "",
            "{\"time\":\"1970-01-01T00:00:01Z\", \"ITEM\":\"tea, black\", \"User\":\"b\u00e9n\"}");
    assertEquals("ann:17@1592337718500 b\u00e9n:tea, black@1000", words(log));
    assertFalse(log.hasSessions());
  }

  @Test
  void membersOfNestedObjectsAreNamedWithPoints() throws IOException {
    LogFormat format =
        LogFormat.preset("delimited")
            .withColumn(Column.USER, "who.id")
            .withColumn(Column.ITEM, "what.sku.key");
    assertEquals(
        "5:a@1000",
        words(
            read(
                format,
                "{\"who\":{\"name\":\"x\",\"id\":5},\"what\":{\"sku\":{\"key\":\"a\"}},\"time\":1}")));
  }

  @Test
  void whatIsDroppedIsCountedAsInOtherLogs() throws IOException {
    EventLog log =
        read(
            LogFormat.preset("delimited").withMinimumValue(3),
            "{\"user\":1,\"item\":2,\"time\":1,\"quantity\":1,\"value\":4}",
            "{\"user\":null,\"item\":2,\"time\":1}",
            "{\"item\":2,\"time\":1}",
            "{\"user\":1,\"time\":1}",
            "{\"user\":1,\"item\":2,\"time\":1,\"quantity\":-1}",
            "{\"user\":1,\"item\":2,\"time\":1,\"value\":2.5}");
    assertEquals("1:2@1000", words(log));
    assertEquals(2, log.dropped().of(DropReason.NO_USER));
    assertEquals(1, log.dropped().of(DropReason.NO_ITEM));
    assertEquals(1, log.dropped().of(DropReason.RETURN));
    assertEquals(1, log.dropped().of(DropReason.LOW_VALUE));
  }

  @Test
  void aLogWithoutUsersTakesTheSessionForTheUser() throws IOException {
    EventLog log =
        read("{\"session\":7,\"item\":2,\"time\":1}", "{\"session\":8,\"item\":3,\"time\":2}");
    assertEquals("7:2@1000 8:3@2000", words(log));
  }

  @Test
  void aMissingColumnListsTheMembersFound() {
    assertEquals(
        ", line 1, column 'item' or 'item_id' or 'itemId': found only the columns sku, time, user,"
            + " expected a column for the item",
        refusal("{\"user\":1,\"sku\":2,\"time\":1}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"user\":1,\"item\":2,\"time\":1",
        "{\"user\":1,\"item\":2,\"time\":1} {}",
        "[1,2,3]",
        "user,item,time",
        "{\"user\":1,\"item\":[2],\"time\":1}",
        "{\"user\":1,\"item\":2,\"time\":\"soon\"}",
        "{\"user\":1,\"item\":2}",
        "{'user':1,\"item\":2,\"time\":1}",
      })
  void aBrokenLineIsNamedOrLeftOut(String line) throws IOException {
    String good = "{\"user\":1,\"item\":2,\"time\":1}";
    String message = refusal(good, line);
    assertTrue(message.startsWith(", line 2"), message);
    EventLog log = read(LogFormat.preset("delimited").withMostBroken(0.5), good, line, good);
    assertEquals("1:2@1000 1:2@1000", words(log));
    assertEquals(1, log.dropped().of(DropReason.BROKEN));
  }

  @Test
  void aDelimiterThatIsGivenSaysThatItIsNoJson() {
    String message =
        refusal(LogFormat.preset("delimited").withDelimiter(","), "{\"user\":1,\"item\":2}");
    assertTrue(message.contains("expected fields separated by ','"), message);
  }
}
