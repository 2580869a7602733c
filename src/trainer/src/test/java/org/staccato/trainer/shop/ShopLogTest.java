package org.staccato.trainer.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.trainer.baseline.MarkovChain;
import org.staccato.trainer.baseline.Popularity;
import org.staccato.trainer.evaluate.Evaluator;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.log.DropReason;
import org.staccato.trainer.log.EventLog;
import org.staccato.trainer.log.LogFormat;
import org.staccato.trainer.log.LogReader;
import org.staccato.trainer.sequence.Preparation;
import org.staccato.trainer.sequence.PreparationOptions;
import org.staccato.trainer.sequence.Sequences;
import org.staccato.trainer.sequence.Split;

class ShopLogTest {
  private static final ShopOptions SMALL = new ShopOptions(400, 240, 30, 7);

  @TempDir Path folder = Path.of("");

  private static String text(ShopOptions options) throws IOException {
    StringWriter out = new StringWriter();
    ShopLog.write(out, options);
    return out.toString();
  }

  private EventLog log(ShopOptions options) throws IOException {
    Path file = folder.resolve("shop.csv");
    long rows = ShopLog.write(file, options);
    EventLog log = LogReader.read(file, LogFormat.preset("delimited"));
    assertEquals(rows, log.size() + log.dropped().total());
    return log;
  }

  @Test
  void theSameSeedMakesTheSameBytesOnEveryMachine() throws Exception {
    String text = text(new ShopOptions(20, 100, 10, 1));
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    assertEquals("0fafb13f9b0d8641", HexFormat.of().formatHex(digest).substring(0, 16));
    assertNotEquals(text, text(new ShopOptions(20, 100, 10, 2)));
  }

  @Test
  void isWrittenInOrderOfTimeWithAllColumns() throws IOException {
    List<String> lines = text(SMALL).lines().toList();
    assertEquals("user,session,item,time,category,price,quantity", lines.getFirst());
    long last = 0;
    for (String line : lines.subList(1, lines.size())) {
      List<String> fields = Arrays.asList(line.split(",", -1));
      assertEquals(7, fields.size(), line);
      assertTrue(fields.get(2).startsWith(fields.get(4)), line);
      assertTrue(Double.parseDouble(fields.get(5)) > 0, line);
      long time = Long.parseLong(fields.get(3));
      assertTrue(time >= last, line);
      last = time;
    }
  }

  @Test
  void holdsTheDirtOfRealLogs() throws IOException {
    EventLog log = log(SMALL);
    double rows = log.size() + log.dropped().total();
    assertEquals(.03, log.dropped().of(DropReason.NO_USER) / rows, .01);
    assertEquals(.02, log.dropped().of(DropReason.RETURN) / rows, .01);
    Split split = Preparation.split(log, PreparationOptions.leaveOneOut().withDropRepeats(true));
    assertTrue(split.report().dropped().of(DropReason.REPEAT) > 0);
  }

  @Test
  void demandIsLongTailed() throws IOException {
    EventLog log = log(SMALL);
    int[] counts = new int[log.items().size()];
    for (int event = 0; event < log.size(); event++) {
      counts[log.item(event)]++;
    }
    Arrays.sort(counts);
    int top = Arrays.stream(counts, counts.length * 9 / 10, counts.length).sum();
    assertTrue(top > 0.2 * log.size(), "the top tenth has " + top + " of " + log.size());
  }

  @Test
  void theLastItemTellsMuchAndTheOneBeforeMore() throws IOException {
    Split split =
        Preparation.split(log(SMALL), PreparationOptions.temporal(3).withDropRepeats(true));
    double popularity = hitRate(new Popularity(split.train()), split);
    double markov = hitRate(new MarkovChain(split.train()), split);
    double twoBack = hitRate(lastTwo(split.train()), split);
    String found = popularity + ", " + markov + ", " + twoBack;
    assertTrue(markov > popularity + 0.15, found);
    assertTrue(twoBack > markov + 0.05, found);
  }

  private static double hitRate(NextItemModel model, Split split) {
    return new Evaluator(new int[] {10}, 2).evaluate(model, split.test()).at(10).hitRate();
  }

  /**
   * Adds up the items that followed the last item directly, and those that followed the item before
   * it at a distance of two.
   */
  private static NextItemModel lastTwo(Sequences train) {
    int items = train.items();
    float[][][] counts = new float[2][items][items];
    for (int sequence = 0; sequence < train.count(); sequence++) {
      for (int at = 1; at < train.length(sequence); at++) {
        for (int back = 1; back <= Math.min(2, at); back++) {
          counts[back - 1][train.item(sequence, at - back)][train.item(sequence, at)]++;
        }
      }
    }
    return new NextItemModel() {
      @Override
      public String name() {
        return "last two";
      }

      @Override
      public int items() {
        return items;
      }

      @Override
      public Session newSession() {
        return new Session() {
          private int last = -1;
          private int before = -1;

          @Override
          public void reset() {
            last = -1;
            before = -1;
          }

          @Override
          public void observe(int item) {
            before = last;
            last = item;
          }

          @Override
          public void scores(float[] scores) {
            for (int item = 0; item < items; item++) {
              scores[item] = counts[0][last][item] + (before < 0 ? 0 : counts[1][before][item]);
            }
          }
        };
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 11, 12, 13, 59, 61, 127})
  void anySizeWorks(int items) throws IOException {
    String text = text(new ShopOptions(3, items, 1, items));
    assertTrue(text.lines().count() > 3, text);
  }

  @Test
  void sizesBelowOneAreRefused() {
    assertEquals(
        "users: found 0, expected at least 1",
        assertThrows(IllegalArgumentException.class, () -> new ShopOptions(0, 1, 1, 1))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> new ShopOptions(1, 0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ShopOptions(1, 1, 0, 1));
  }
}
