package org.staccato.trainer.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.staccato.trainer.log.TestLog.write;
import static org.staccato.trainer.log.TestLog.writeBytes;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.testkit.RandomSeed;

class BadLogTest {
  @TempDir Path folder = Path.of("");

  /**
   * Reads a log, requires a message that starts with the file's name, and returns the rest of it.
   */
  private String refusal(Path file, LogFormat format) {
    LogFormatException e =
        assertThrows(LogFormatException.class, () -> LogReader.read(file, format));
    String message = String.valueOf(e.getMessage());
    assertEquals(file.toString(), e.source());
    assertTrue(message.startsWith(file.toString()), message);
    return message.substring(file.toString().length());
  }

  private String refusal(String... lines) throws IOException {
    return refusal(write(folder, lines), LogFormat.preset("delimited"));
  }

  @Test
  void missingFile() {
    assertEquals(
        ": found no such file, expected a readable file",
        refusal(folder.resolve("absent.csv"), LogFormat.preset("delimited")));
  }

  @Test
  void folderInsteadOfAFile() {
    assertEquals(
        ": found a folder, expected a readable file",
        refusal(folder, LogFormat.preset("delimited")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\n\n  \n"})
  void emptyFile(String content) throws IOException {
    Path file = writeBytes(folder, content.getBytes(StandardCharsets.UTF_8));
    String message = refusal(file, LogFormat.preset("sequences"));
    assertTrue(message.startsWith(": found an empty file, expected "), message);
  }

  @Test
  void emptyFileWhereAHeaderIsExpected() throws IOException {
    Path file = writeBytes(folder, new byte[0]);
    assertEquals(
        ": found an empty file, expected at least one event",
        refusal(file, LogFormat.preset("delimited")));
  }

  @Test
  void headerOnly() throws IOException {
    assertEquals(": found a header only, expected at least one event", refusal("user,item,time"));
  }

  @Test
  void missingColumnListsTheColumnsFound() throws IOException {
    assertEquals(
        ", line 1, column 'time' or 'timestamp': found only the columns user, item, when,"
            + " expected a column for the time",
        refusal("user,item,when", "1,2,3"));
  }

  @Test
  void missingUserAndSession() throws IOException {
    String message = refusal("who,item,time", "1,2,3");
    assertTrue(message.contains("expected a column for the user"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1,2", "1,2,3,4", "1"})
  void wrongNumberOfFields(String row) throws IOException {
    int fields = row.split(",", -1).length;
    assertEquals(
        ", line 3: found " + fields + " fields, expected 3 (user, item, time)",
        refusal("user,item,time", "1,2,3", row));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "", "12:30", "2010-13-01", "1e400", "NaN", "--5", "1.2.3"})
  void timeThatIsNone(String time) throws IOException {
    assertEquals(
        ", line 2, column 'time': found '"
            + time
            + "', expected a time as epoch seconds, epoch milliseconds or ISO-8601",
        refusal("user,item,time", "1,2," + time));
  }

  @Test
  void quantityThatIsNone() throws IOException {
    assertEquals(
        ", line 2, column 'quantity': found 'many', expected a number",
        refusal("user,item,time,quantity", "1,2,3,many"));
  }

  @Test
  void lineNumbersCountLinesWithinQuotes() throws IOException {
    String message = refusal("user,item,time", "1,\"two\nlines\",3", "1,2,soon");
    assertTrue(message.startsWith(", line 4, column 'time'"), message);
  }

  @Test
  void quoteThatNeverCloses() throws IOException {
    String message = refusal("user,item,time", "1,2,3", "1,\"2,3", "1,2,3");
    assertTrue(message.startsWith(", line 3: found a row that cannot be parsed"), message);
  }

  @Test
  void longFieldsAreCutInMessages() throws IOException {
    String message = refusal("user,item,time", "1,2," + "x".repeat(100_000));
    assertTrue(message.length() < 300, message);
  }

  @Test
  void userWithoutItems() throws IOException {
    assertEquals(
        ", line 2: found '2' alone, expected a user and at least one item, separated by white"
            + " space",
        refusal(write(folder, "1 5", "2"), LogFormat.preset("sequences")));
  }

  @Test
  void latin1NamesTheLine() throws IOException {
    byte[] bytes = "user,item,time\n1,2,3\n1,café,3\n".getBytes(StandardCharsets.ISO_8859_1);
    String message = refusal(writeBytes(folder, bytes), LogFormat.preset("delimited"));
    assertEquals(
        // The byte after that of é cannot continue the character.
        ", line 3: found the byte 0x2C, which is not valid UTF-8 there, expected UTF-8 text, plain"
            + " or gzip",
        message);
  }

  @Test
  void utf16() throws IOException {
    byte[] bytes = "user,item,time\n1,2,3\n".getBytes(Charset.forName("UTF-16LE"));
    String message = refusal(writeBytes(folder, bytes), LogFormat.preset("delimited"));
    assertTrue(message.contains("binary or UTF-16 file"), message);
  }

  @Test
  void binaryIsRefusedWhateverItLooksLike() throws IOException {
    long seed = RandomSeed.of(20260101);
    Random random = new Random(seed);
    for (int trial = 0; trial < 50; trial++) {
      byte[] bytes = new byte[1 + random.nextInt(4096)];
      random.nextBytes(bytes);
      Path file = writeBytes(folder, bytes);
      for (String preset : LogFormat.PRESETS) {
        assertThrows(
            IOException.class,
            () -> LogReader.read(file, LogFormat.preset(preset)),
            "seed " + seed + ", trial " + trial);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          50 41 52 31 15 04 15 | a Parquet file    | duckdb
          4F 52 43 11 00 00    | an ORC file       | export it as text
          4F 62 6A 01 04 14    | an Avro file      | avro-tools tojson
          50 4B 03 04 14 00    | a zip archive     | unzip -p
          28 B5 2F FD 24 0D    | a Zstandard file  | zstd -dc
          FD 37 7A 58 5A 00    | an xz file        | xz -dc
          42 5A 68 39 31 41    | a bzip2 file      | bzip2 -dc
          5B 0A 7B 22 75 22    | a JSON array      | jq -c
          """)
  void otherFormatsAreNamedWithWhatToDo(String head, String found, String remedy)
      throws IOException {
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(head);
    for (byte[] content : new byte[][] {bytes, TestLog.gzip(bytes)}) {
      String message = refusal(writeBytes(folder, content), LogFormat.preset("delimited"));
      assertTrue(message.startsWith(": found " + found + ", expected "), message);
      assertTrue(message.contains(remedy), message);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"foo", "{d}", "H:mm", "d/M", "d/M/yyyy hh:mm", "'d/M/yyyy"})
  void aTimePatternThatTellsNoDate(String pattern) {
    LogFormat format = LogFormat.preset("delimited");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> format.withTimePattern(pattern));
    assertEquals(
        "time pattern: found '" + pattern + "', expected one of a date, such as d/M/yyyy H:mm",
        e.getMessage());
  }

  @Test
  void aTimeThatIsNotOfThePattern() throws IOException {
    Path file = write(folder, "user,item,time", "1,2,31/12/2026");
    assertEquals(
        ", line 2, column 'time': found '31/12/2026', expected a time as epoch seconds, epoch"
            + " milliseconds, ISO-8601 or d/M/yyyy H:mm",
        refusal(file, LogFormat.preset("delimited").withTimePattern("d/M/yyyy H:mm")));
  }

  @Test
  void gzipCutAtAnyByte() throws IOException {
    StringBuilder text = new StringBuilder("user,item,time\n");
    Random random = RandomSeed.random(1);
    for (int i = 0; i < 60; i++) {
      text.append(random.nextInt(1000)).append(",").append(random.nextInt()).append(",5\n");
    }
    byte[] whole = TestLog.gzip(text.toString());
    for (int length = 3; length < whole.length; length++) {
      Path file = writeBytes(folder, Arrays.copyOf(whole, length));
      String message = refusal(file, LogFormat.preset("delimited"));
      assertTrue(message.endsWith("expected a complete gzip file"), length + message);
    }
  }

  @Test
  void gzipWithADamagedByte() throws IOException {
    byte[] bytes = TestLog.gzip("user,item,time\n1,2,3\n1,4,5\n");
    bytes[bytes.length - 6] ^= 1; // In the checksum.
    String message = refusal(writeBytes(folder, bytes), LogFormat.preset("delimited"));
    assertTrue(message.contains("damaged gzip data"), message);
  }

  @Test
  void unreadableFile() throws IOException {
    Path file = write(folder, "user,item,time", "1,2,3");
    assumeTrue(
        file.toFile().setReadable(false) && !Files.isReadable(file), "this user reads every file");
    assertEquals(
        ": found a file without permission to read it, expected a readable file",
        refusal(file, LogFormat.preset("delimited")));
  }

  @Test
  void itemAndTimeCannotBeOptional() {
    Map<String, String> map = LogFormat.preset("delimited").toMap();
    map.put("log.column.time", "?time");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> LogFormat.fromMap(map));
    assertTrue(
        String.valueOf(e.getMessage()).endsWith("expected neither ITEM nor TIME among them"));
  }

  @Test
  void unknownPresetNamesTheKnownOnes() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> LogFormat.preset("netflix"));
    assertEquals(
        "log format: found 'netflix', expected one of [delimited, gru4rec, movielens, sequences,"
            + " online-retail, recbole]",
        e.getMessage());
  }
}
