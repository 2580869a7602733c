package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.trainer.shop.ShopLog;
import org.staccato.trainer.shop.ShopOptions;

/** A model that learns from features of items, and takes new items without a training. */
class AddItemsTest {
  @TempDir static Path folder;

  private static final int ITEM = 2;

  private static Path log;
  private static Path table;
  private static Path model;

  @BeforeAll
  static void train() throws IOException {
    log = folder.resolve("shop.csv");
    table = folder.resolve("items.csv");
    model = folder.resolve("shop.safetensors");
    ShopLog.write(log, new ShopOptions(60, 30, 20, 7));
    List<String> keys =
        Files.readAllLines(log).stream()
            .skip(1)
            .map(line -> line.split(",", -1)[ITEM])
            .distinct()
            .toList();
    StringBuilder rows = new StringBuilder("item,kinds,price,title\n");
    for (int i = 0; i < keys.size(); i++) {
      String price = i % 5 == 0 ? "" : i % 7 == 0 ? "1e30" : String.valueOf(i);
      rows.append(
          "%s,%s,%s,\"Thing, number %d\"%n"
              .formatted(keys.get(i), i % 2 == 0 ? "even" : "odd|rare", price, i % 3));
    }
    Files.writeString(table, rows);
    run(model).done();
  }

  private static CommandLineRun run(Path output, Object... more) {
    Object[] usual = {
      "train",
      log,
      "--output",
      output,
      "--embedding",
      8,
      "--hidden",
      8,
      "--epochs",
      1,
      "--threads",
      1,
      "--layer-norm",
      "--residual",
      "--items",
      table,
      "--item-columns",
      "categories=kinds,numbers=price,words=title"
    };
    Object[] all = java.util.Arrays.copyOf(usual, usual.length + more.length);
    System.arraycopy(more, 0, all, usual.length, more.length);
    return CommandLineRun.of(all);
  }

  private static Path newItems(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void newItemsAreRecommendedAndSteppedOnWhileAllOthersKeepTheirScores() throws IOException {
    Path rows = newItems("new.csv", "kinds,item,title,price\nodd,900001,Thing,3\neven,900002,,\n");
    Path target = folder.resolve("more.safetensors");
    CommandLineRun.of("add-items", model, rows, "--output", target).done();
    try (LiveModel before = LiveModel.open(model);
        LiveModel after = LiveModel.open(target)) {
      int items = before.itemKeys().size();
      assertEquals(items + 2, after.itemKeys().size());
      float[] old = scores(before, 3);
      float[] all = scores(after, 3);
      assertArrayEquals(old, java.util.Arrays.copyOf(all, items));
      int added = after.itemKeys().indexOf("900001");
      assertEquals(items, added);
      assertTrue(Float.isFinite(all[added]));
      assertTrue(Float.isFinite(scores(after, added)[added]));
    }
    CommandLineRun.of("verify", target).done();
    CommandLineRun.of("recommend", target, "--history", "900001,900002").done();
  }

  private static float[] scores(LiveModel model, int item) {
    Scorer scorer = model.newScorer();
    UserState user = scorer.newState();
    scorer.step(user, item);
    float[] scores = new float[model.itemKeys().size()];
    scorer.scores(user, scores);
    return scores;
  }

  @Test
  void aQuantisedModelTakesNewItemsToo() throws IOException {
    Path rows = newItems("quantised.csv", "item,kinds,title,price\n900001,odd,,5\n");
    for (String type : List.of("bf16", "i8")) {
      Path small = folder.resolve(type + ".safetensors");
      CommandLineRun.of("quantize", model, small, "--type", type, "--max-error", 10).done();
      CommandLineRun.of("add-items", small, rows).done();
      CommandLineRun.of("verify", small).done();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "item,kinds,title,price\\n900001,strange,,;found no known feature, expected at least one",
        "item,kinds,title,price\\n"
            + "900001,odd,,cheap;line 2: found 'cheap' in column 'price', expected a finite number",
        "item,kinds,title,price\\n900001,odd,,1e999;expected a finite number or nothing",
        "item,kinds,title,price\\n"
            + "900001,odd,,1\\n"
            + "900001,odd,,1;line 3: found the key '900001' as on line 2",
        "item,kinds,title,price\\n900001,odd;line 2: found 2 fields, expected 4",
        "item,kinds,price\\n900001,odd,1;expected a column 'title'",
        "sku,kinds,title,price\\n900001,odd,,1;expected a column 'item'",
        "item,kinds,title,price;found only a header",
      })
  void whatCannotBeAddedIsToldInOneSentenceAndNothingIsWritten(String text, String sentence)
      throws IOException {
    Path rows = newItems("bad.csv", text.replace("\\n", "\n") + "\n");
    byte[] before = Files.readAllBytes(model);
    CommandLineRun.of("add-items", model, rows).failed(ExitCode.BAD_INPUT, sentence);
    assertArrayEquals(before, Files.readAllBytes(model));
  }

  @Test
  void aKeyOfTheModelIsRefused() throws IOException {
    String key = Files.readAllLines(table).get(1).split(",", -1)[0];
    Path rows = newItems("known.csv", "item,kinds,title,price\n" + key + ",odd,,1\n");
    CommandLineRun.of("add-items", model, rows)
        .failed(ExitCode.BAD_INPUT, "found an item of the model");
  }

  @Test
  void aModelWithoutFeaturesIsRefused() throws IOException {
    SmallModel plain = SmallModel.in(Files.createDirectory(folder.resolve("plain")));
    CommandLineRun.of("add-items", plain.file(), table)
        .failed(ExitCode.BAD_INPUT, "found no features of items");
  }

  @Test
  void heldOutItemsAreAddedAndMeasured() throws IOException {
    Path output = folder.resolve("held.safetensors");
    CommandLineRun run = run(output, "--hold-out-items", "20%");
    run.done();
    assertTrue(run.out().contains("cold share@10"), run.out());
    assertTrue(run.out().contains("new at random"), run.out());
    try (LiveModel whole = LiveModel.open(model);
        LiveModel held = LiveModel.open(output)) {
      assertEquals(whole.itemKeys().size(), held.itemKeys().size());
    }
  }

  @Test
  void anUntiedOutputIsWrongUsage() {
    run(folder.resolve("untied.safetensors"), "--untied").failed(ExitCode.USAGE, "--untied");
  }

  @Test
  void aTableOfOtherItemsIsRefused() throws IOException {
    Path other = newItems("other.csv", "item,kinds,price,title\n5550001,odd,1,Thing\n");
    CommandLineRun.of(
            "train",
            log,
            "--items",
            other,
            "--item-columns",
            "categories=kinds",
            "--output",
            folder.resolve("other.safetensors"))
        .failed(ExitCode.BAD_INPUT, "found nothing known of any item of the log");
  }
}
