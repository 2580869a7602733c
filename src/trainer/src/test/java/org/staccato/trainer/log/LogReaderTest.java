package org.staccato.trainer.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.staccato.trainer.log.TestLog.words;
import static org.staccato.trainer.log.TestLog.write;
import static org.staccato.trainer.log.TestLog.writeBytes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogReaderTest {
  @TempDir Path folder = Path.of("");

  private EventLog read(String preset, String... lines) throws IOException {
    return LogReader.read(write(folder, lines), LogFormat.preset(preset));
  }

  @ParameterizedTest
  @ValueSource(strings = {",", "\t", ";", "::"})
  void recognisesTheDelimiter(String delimiter) throws IOException {
    EventLog log =
        read(
            "delimited",
            String.join(delimiter, "time", "item", "user", "note"),
            String.join(delimiter, "5", "apple", "ann", "a b"));
    assertEquals("ann:apple@5000", words(log));
  }

  @Test
  void readsQuotedFieldsOfCommaSeparatedText() throws IOException {
    EventLog log = read("delimited", "user,item,time", "\"a, b\",\"say \"\"x\"\"\",1");
    assertEquals("a, b:say \"x\"@1000", words(log));
  }

  @Test
  void takesQuotesInTabSeparatedTextAsTheyAre() throws IOException {
    EventLog log = read("delimited", "user\titem\ttime", "ann\t\"9 inch\t1");
    assertEquals("ann:\"9 inch@1000", words(log));
  }

  @Test
  void skipsEmptyLinesAByteOrderMarkAndCarriageReturns() throws IOException {
    EventLog log = read("delimited", "\uFEFFuser,item,time\r", "\r", "ann,x,1\r", "");
    assertEquals("ann:x@1000", words(log));
  }

  @Test
  void seesGzipByContentWhateverTheName() throws IOException {
    Path file = writeBytes(folder, TestLog.gzip("user,item,time\nann,x,1\n"));
    assertEquals("ann:x@1000", words(LogReader.read(file, LogFormat.preset("delimited"))));
  }

  @Test
  void readsSeveralFilesAsOneLog() throws IOException {
    Path second = Files.writeString(folder.resolve("second"), "7 10\n");
    List<LogSource> files = List.of(LogSource.of(write(folder, "7 20")), LogSource.of(second));
    assertEquals("7:20 7:10", words(LogReader.read(files, LogFormat.preset("sequences"))));
  }

  @Test
  void readsAPipeThatPausesBetweenTwoGzipMembers() throws IOException {
    byte[] first = TestLog.gzip("user,item,time\nann,x,1\n");
    byte[] second = TestLog.gzip("ann,y,2\n");
    InputStream pausing =
        new SequenceInputStream(new ByteArrayInputStream(first), new ByteArrayInputStream(second)) {
          @Override
          public int available() {
            return 0;
          }
        };
    LogSource pipe = LogSource.of("a pipe", () -> pausing);
    assertEquals(
        "ann:x@1000 ann:y@2000",
        words(LogReader.read(List.of(pipe), LogFormat.preset("delimited"))));
  }

  @Test
  void aStreamIsNamedInMessages() {
    InputStream bytes = new ByteArrayInputStream("user,item,time\nann,x,soon\n".getBytes(UTF_8));
    LogFormatException e =
        assertThrows(
            LogFormatException.class,
            () ->
                LogReader.read(
                    List.of(LogSource.of("standard input", () -> bytes)),
                    LogFormat.preset("delimited")));
    assertTrue(String.valueOf(e.getMessage()).startsWith("standard input, line 2, column 'time'"));
  }

  @Test
  void valuesNeedNotBeNumbersWhereNothingAsksForThem() throws IOException {
    String[] lines = {"user;item;time;rating", "ann;x;1;4,5", "ann;y;2;good", "ann;z;3;"};
    assertEquals("ann:x@1000 ann:y@2000 ann:z@3000", words(read("delimited", lines)));
    Path file = write(folder, lines);
    LogFormat format = LogFormat.preset("delimited").withMinimumValue(3);
    LogFormatException e =
        assertThrows(LogFormatException.class, () -> LogReader.read(file, format));
    assertEquals("'4,5'", e.found());
  }

  @Test
  void decimalsMayFollowAComma() throws IOException {
    Path file =
        write(
            folder,
            "user;item;time;rating;quantity",
            "ann;x;1,5;4,5;1,0",
            "ann;y;2;2,5;1",
            "ann;z;3;5;-0,5");
    LogFormat format = LogFormat.preset("delimited").withDecimalComma(true).withMinimumValue(3);
    EventLog log = LogReader.read(file, format);
    assertEquals("ann:x@1500", words(log));
    assertEquals(1, log.dropped().of(DropReason.LOW_VALUE));
    assertEquals(1, log.dropped().of(DropReason.RETURN));
    Path point = write(folder, "user;item;time;rating", "ann;x;1;4.5");
    LogFormatException e =
        assertThrows(LogFormatException.class, () -> LogReader.read(point, format));
    assertEquals("a number with a decimal comma", e.expected());
  }

  @Test
  void gru4recTakesTheSessionForTheUser() throws IOException {
    EventLog log = read("gru4rec", "SessionId\tItemId\tTime", "9\t11\t1592337718.5");
    assertEquals("9:11@1592337718500", words(log));
  }

  @Test
  void movielensComesInThreeLayouts() throws IOException {
    String expected = "1:1193@978300760000";
    assertEquals(expected, words(read("movielens", "1::1193::5::978300760")));
    assertEquals(expected, words(read("movielens", "1\t1193\t5\t978300760")));
    assertEquals(
        expected,
        words(read("movielens", "userId,movieId,rating,timestamp", "1,1193,5.0,978300760")));
  }

  @Test
  void lowRatingsAreDroppedWhereAsked() throws IOException {
    Path file = write(folder, "1::10::3::1", "1::11::4::2");
    EventLog log = LogReader.read(file, LogFormat.preset("movielens").withMinimumValue(4));
    assertEquals("1:11@2000", words(log));
    assertEquals(1, log.dropped().of(DropReason.LOW_VALUE));
  }

  @Test
  void sequencesHaveNoTimes() throws IOException {
    EventLog log = read("sequences", "1 30 20  30", "", "2\t20");
    assertEquals("1:30 1:20 1:30 2:20", words(log));
    assertFalse(log.hasTimes());
  }

  @Test
  void onlineRetailReportsReturnsAndAnonymousRows() throws IOException {
    EventLog log =
        read(
            "online-retail",
            "unix_time\tcustomer\titem\tquantity\tprice\tcountry\tinvoice",
            "60\t13085\t79323P\t12\t6.75\tUnited Kingdom\t489434",
            "61\t\t85048\t1\t1\tFrance\t489435",
            "62\t13085\t79323P\t-12\t6.75\tUnited Kingdom\tC489436");
    assertEquals("13085:79323P@60000", words(log));
    assertEquals(
        "1 rows without user, 1 returns (quantity of 0 or less)", log.dropped().toString());
  }

  @Test
  void onlineRetailReadsTheCsvOfItsPublisher() throws IOException {
    EventLog log =
        read(
            "online-retail",
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
            "536365,85123A,\"HEART, WHITE\",6,12/1/2010 8:26,2.55,17850,United Kingdom",
            "536366,22633,WARMER,6,2010-12-01 08:28:00,1.85,17850,United Kingdom");
    assertEquals("17850:85123A@1291191960000 17850:22633@1291192080000", words(log));
  }

  @Test
  void recboleNamesTypesInItsHeader() throws IOException {
    EventLog log =
        read(
            "recbole",
            "user_id:token\titem_id:token\trating:float\ttimestamp:float",
            "196\t242\t3\t881250949");
    assertEquals("196:242@881250949000", words(log));
  }

  @Test
  void anyColumnNamesCanBeMapped() throws IOException {
    LogFormat format =
        LogFormat.preset("delimited")
            .withHeader(List.of("visit", "thing"))
            .withColumn(Column.USER, "visit")
            .withColumn(Column.ITEM, "thing")
            .withoutColumn(Column.TIME);
    assertEquals("5:6 5:7", words(LogReader.read(write(folder, "5 6", "5 7"), format)));
  }

  @Test
  void aLogHasSessionsIfItHasTheColumn() throws IOException {
    assertFalse(read("delimited", "user,item,time", "ann,x,1").hasSessions());
    EventLog log = read("delimited", "user,session,item,time", "a,1,x,1", "b,1,x,1", "a,1,y,2");
    assertTrue(log.hasSessions());
    assertEquals(log.session(0), log.session(2));
    assertFalse(log.session(0) == log.session(1));
  }

  @Test
  void aLogWithoutUsersTakesTheSessionForTheUser() throws IOException {
    assertEquals("7:x@1000", words(read("delimited", "session,item,time", "7,x,1")));
  }

  @Test
  void keysAreNumbersOnlyIfAllAre() throws IOException {
    EventLog log = read("sequences", "1 5 -7 9223372036854775807", "2 5 0");
    assertTrue(log.items().numeric());
    EventLog mixed = read("sequences", "1 5 6 007 5", "2 6 9223372036854775808");
    assertFalse(mixed.items().numeric());
    assertEquals(List.of("5", "6", "007", "9223372036854775808"), mixed.items().texts());
    assertTrue(mixed.users().numeric());
  }

  @Test
  void formatsSurviveAFlatMap() {
    for (String preset : LogFormat.PRESETS) {
      LogFormat format =
          LogFormat.preset(preset)
              .withDelimiter("::")
              .withColumn(Column.USER, "who", "whom")
              .withoutColumn(Column.TIME)
              .withTimePattern("d/M/yyyy")
              .withDecimalComma(true)
              .withMinimumValue(3.5)
              .withMostBroken(0.25);
      assertEquals(format, LogFormat.fromMap(format.toMap()));
      assertEquals(LogFormat.preset(preset), LogFormat.fromMap(LogFormat.preset(preset).toMap()));
    }
  }

  @Test
  void readsALineOfAHundredThousandEvents() throws IOException {
    StringBuilder line = new StringBuilder("1");
    for (int i = 0; i < 100_000; i++) {
      line.append(' ').append(i % 17);
    }
    Path file = writeBytes(folder, line.toString().getBytes(StandardCharsets.UTF_8));
    assertEquals(100_000, LogReader.read(file, LogFormat.preset("sequences")).size());
  }
}
