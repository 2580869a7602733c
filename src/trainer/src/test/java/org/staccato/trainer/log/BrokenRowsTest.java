package org.staccato.trainer.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.staccato.trainer.log.TestLog.words;
import static org.staccato.trainer.log.TestLog.write;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.testkit.RandomSeed;

/**
 * Rows that cannot be read: the first one ends the reading, unless a share of the rows may be
 * broken.
 */
class BrokenRowsTest {
  private static final String HEADER = "user,item,time,quantity";
  private static final List<String> BROKEN =
      List.of(
          "1,2,3", // A field is missing.
          "1,2,3,4,5",
          "1,2,soon,1",
          "1,2,3,many",
          "1,\"2,3,1", // The quote never closes.
          "1,\"9\" inch,3,1",
          ",,,");

  @TempDir Path folder = Path.of("");

  private EventLog read(double mostBroken, String preset, String... lines) throws IOException {
    return LogReader.read(
        write(folder, lines), LogFormat.preset(preset).withMostBroken(mostBroken));
  }

  @Test
  void theFirstOneEndsIt() {
    for (String row : BROKEN) {
      LogFormatException e =
          assertThrows(
              LogFormatException.class,
              () -> read(0, "delimited", HEADER, "1,2,3,1", row, "1,4,5,1"));
      assertEquals(LogFormatException.Subject.ROW, e.subject());
      assertEquals(3, e.line());
    }
  }

  @Test
  void eachOfThemCostsItsOwnLineOnly() throws IOException {
    for (String row : BROKEN) {
      EventLog log = read(0.5, "delimited", HEADER, "1,2,3,1", row, "1,4,5,1");
      assertEquals("1:2@3000 1:4@5000", words(log), row);
      assertEquals(1, log.dropped().of(DropReason.BROKEN));
      assertEquals(1, log.dropped().total());
      assertTrue(
          log.dropped().broken().getFirst().contains("log.txt, line 3"),
          log.dropped().broken()::toString);
    }
  }

  @Test
  void theFirstTenAreTold() throws IOException {
    List<String> lines = new ArrayList<>(List.of(HEADER));
    for (int i = 0; i < 25; i++) {
      lines.add("1," + i + ",5,1");
      lines.add("1,2");
    }
    EventLog log = read(0.5, "delimited", lines.toArray(String[]::new));
    assertEquals(25, log.dropped().of(DropReason.BROKEN));
    assertEquals(10, log.dropped().broken().size());
    assertTrue(
        log.dropped().broken().getLast().contains("line 21"), log.dropped().broken()::toString);
  }

  @Test
  void oneMoreThanTheShareIsTooMany() throws IOException {
    long seed = RandomSeed.of(20261127);
    Random random = new Random(seed);
    for (int trial = 0; trial < 40; trial++) {
      int rows = 1 + random.nextInt(200);
      int allowed = random.nextInt(rows + 1);
      double share = (double) allowed / rows;
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < rows; i++) {
        lines.add(i < allowed ? BROKEN.get(random.nextInt(BROKEN.size())) : "1,2,3,1");
      }
      java.util.Collections.shuffle(lines, random);
      lines.addFirst(HEADER);
      String trialName = "seed " + seed + ", trial " + trial;
      if (allowed > 0) {
        EventLog log = read(share, "delimited", lines.toArray(String[]::new));
        assertEquals(allowed, log.dropped().of(DropReason.BROKEN), trialName);
        assertEquals(rows - allowed, log.size(), trialName);
        LogFormatException e =
            assertThrows(
                LogFormatException.class,
                () -> read(share * 0.99, "delimited", lines.toArray(String[]::new)),
                trialName);
        assertTrue(e.found().startsWith(allowed + " broken rows among " + rows), e.found());
        assertTrue(e.expected().contains("; the first: "), e.expected());
      }
    }
  }

  @Test
  void usersWithoutItemsAreBrokenSequences() throws IOException {
    EventLog log = read(0.5, "sequences", "1 10 11", "2", "3 12");
    assertEquals("1:10 1:11 3:12", words(log));
    assertEquals(1, log.dropped().of(DropReason.BROKEN));
  }

  @Test
  void whatIsWrongWithAllOfALogIsNoBrokenRow() {
    assertThrows(LogFormatException.class, () -> read(1, "delimited", "user,item", "1,2"));
    assertThrows(LogFormatException.class, () -> read(1, "delimited", HEADER));
    assertThrows(LogFormatException.class, () -> read(1, "delimited", "PAR1,2,3"));
  }

  @Test
  void aShareIsFromNoneToAll() {
    LogFormat format = LogFormat.preset("delimited");
    for (double share : new double[] {-0.01, 1.01, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> format.withMostBroken(share));
    }
  }
}
