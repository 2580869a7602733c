package org.staccato.trainer.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Types and values of events, which a log keeps on request. */
class KeptColumnsTest {
  private static final KeptColumns BOTH = KeptColumns.of(Set.of(Column.TYPE, Column.VALUE));

  private static final LogFormat FORMAT =
      LogFormat.preset("delimited").withColumn(Column.TYPE, "kind");

  @TempDir Path folder;

  private EventLog read(KeptColumns kept, LogFormat format, String... lines) throws IOException {
    return LogReader.read(List.of(LogSource.of(TestLog.write(folder, lines))), format, kept);
  }

  private static String events(EventLog log) {
    StringBuilder words = new StringBuilder();
    for (int event = 0; event < log.size(); event++) {
      int type = log.type(event);
      words.append(type == EventLog.NO_TYPE ? "-" : log.types().text(type));
      words.append('=').append(log.value(event)).append(' ');
    }
    return words.toString().strip();
  }

  @Test
  void typesAndValuesAreKeptAndEmptyFieldsAreNone() throws IOException {
    EventLog log =
        read(
            BOTH,
            FORMAT,
            "user,item,time,kind,rating",
            "a,x,1,view,4",
            "a,y,2, ,",
            "b,x,3,buy,-0.5",
            "b,y,4,view, ");
    assertEquals("view=4.0 -=NaN buy=-0.5 view=NaN", events(log));
  }

  @Test
  void jsonLinesTooAndAnAbsentMemberIsNone() throws IOException {
    EventLog log =
        read(
            BOTH,
            FORMAT,
            "{\"user\":1,\"item\":2,\"time\":3,\"kind\":\"buy\",\"value\":2.5}",
            "{\"user\":1,\"item\":3,\"time\":4}");
    assertEquals("buy=2.5 -=NaN", events(log));
  }

  @Test
  void withoutARequestNothingIsKeptAndValuesNeedNotBeNumbers() throws IOException {
    EventLog log = read(KeptColumns.NONE, FORMAT, "user,item,time,kind,value", "a,x,1,view,good");
    assertEquals("-=NaN", events(log));
  }

  @ParameterizedTest
  @CsvSource({
    "six, a number",
    "6, a number from 1.0 to 5.0",
    "0.9, a number from 1.0 to 5.0",
    "NaN, a number",
    "1e999, a number",
  })
  void aValueThatIsNoneIsNamedWithItsPlace(String value, String expected) {
    KeptColumns kept = new KeptColumns(Set.of(Column.VALUE), 1, 5);
    LogFormatException e =
        assertThrows(
            LogFormatException.class,
            () -> read(kept, FORMAT, "user,item,time,kind,rating", "a,x,1,,5", "a,y,2,," + value));
    assertTrue(
        String.valueOf(e.getMessage())
            .endsWith("line 3, column 'rating': found '" + value + "', expected " + expected),
        e.getMessage());
  }

  @Test
  void aNumberBeyondAFloatIsRefused() {
    LogFormatException e =
        assertThrows(
            LogFormatException.class,
            () -> read(BOTH, FORMAT, "user,item,time,kind,rating", "a,x,1,,1e300"));
    assertEquals("'1e300'", e.found());
  }

  @Test
  void aColumnThatIsAskedForMustBeThere() {
    for (String header : List.of("user,item,time,kind", "user,item,time,rating")) {
      LogFormatException e =
          assertThrows(LogFormatException.class, () -> read(BOTH, FORMAT, header, "a,x,1,2"));
      assertTrue(String.valueOf(e.getMessage()).contains("expected a column for the "), header);
    }
    KeptColumns times = KeptColumns.of(Set.of(Column.TIME));
    LogFormat timeless = LogFormat.preset("delimited").withoutColumn(Column.TIME);
    LogFormatException e =
        assertThrows(
            LogFormatException.class, () -> read(times, timeless, "user,item", "a,x", "a,y"));
    assertTrue(String.valueOf(e.getMessage()).endsWith("expected a column for the time"));
  }

  @Test
  void linesOfItemsHaveNoColumns() {
    LogFormatException e =
        assertThrows(
            LogFormatException.class, () -> read(BOTH, LogFormat.preset("sequences"), "a x y"));
    assertTrue(
        String.valueOf(e.getMessage())
            .endsWith(
                "found lines of a user and items, expected one event per line, with its type and"
                    + " value"),
        e.getMessage());
  }

  @Test
  void recipesOfLogsWithoutTypesDoNotChange() {
    assertTrue(!LogFormat.preset("delimited").toMap().containsKey("log.column.type"));
    assertEquals(FORMAT, LogFormat.fromMap(FORMAT.toMap()));
  }
}
