package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training, measuring and asking a model of ratings, one of clicks, and one that takes events. */
class RatingsAndClicksTest {
  @TempDir private static Path folder;
  private static Path log;
  private static Path ratings;
  private static Path clicks;
  private static Map<String, Object> training = Map.of();

  /** Every other user rates with 4 and 5, the rest with 1 and 2. */
  @BeforeAll
  static void train() throws IOException {
    Random random = new Random(5);
    List<String> lines = new ArrayList<>(List.of("user,item,time,rating,kind"));
    for (int user = 0; user < 40; user++) {
      for (int event = 0; event < 30; event++) {
        int rating = (user % 2 == 0 ? 4 : 1) + random.nextInt(2);
        lines.add(
            "u%d,i%d,%d,%d,%s"
                .formatted(
                    user,
                    random.nextInt(12),
                    1_700_000_000L + 3_600L * event,
                    rating,
                    random.nextBoolean() ? "seen" : "lent"));
      }
    }
    log = Files.write(folder.resolve("ratings.csv"), lines);
    ratings = folder.resolve("ratings.safetensors");
    clicks = folder.resolve("clicks.safetensors");
    training = run(log, ratings, "--objective", "rating", "--rating-range", "1:5", "--json").json();
    run(log, clicks, "--objective", "click", "--click-threshold", 4).done();
  }

  private static CommandLineRun run(Path from, Path output, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of("train", from, "--output", output, "--split", "last-share", "--test-share"));
    words.addAll(List.of("20%", "--embedding", 8, "--hidden", 8, "--epochs", 30));
    words.addAll(List.of("--threads", 1, "--learning-rate", 0.01, "--dropout", 0));
    words.addAll(List.of(more));
    return CommandLineRun.of(words.toArray());
  }

  private static List<?> part(Map<String, Object> object, String part) {
    return (List<?>) Objects.requireNonNull(object.get(part), part);
  }

  private static double figure(Object result, String measure) {
    return ((Number) Objects.requireNonNull(((Map<?, ?>) result).get(measure), measure))
        .doubleValue();
  }

  @Test
  void aTrainingSaysHowFarItsRatingsAreOff() {
    assertEquals("rmse", training.get("metric"));
    List<?> test = part(training, "test");
    assertEquals(3, test.size());
    assertTrue(figure(test.getFirst(), "rmse") < 0.7, training.toString());
    assertTrue(figure(test.getFirst(), "mae") < figure(test.getLast(), "mae"));
    assertEquals(240, figure(test.getFirst(), "cases"));
  }

  @Test
  void anEvaluationGivesTheFiguresOfTheTraining() throws IOException {
    Map<String, Object> evaluation = CommandLineRun.of("evaluate", ratings, log, "--json").json();
    assertEquals(training.get("validation"), evaluation.get("validation"));
    assertEquals(training.get("test"), evaluation.get("test"));
    String table = CommandLineRun.of("evaluate", clicks, log, "--compare", clicks).done().out();
    assertTrue(table.contains("calibrationError") && table.contains("item rate"), table);
    CommandLineRun.of("evaluate", clicks, log, "--compare", ratings)
        .failed(ExitCode.BAD_INPUT, "predicts something else");
  }

  private static double predict(Path model, String what, Object... more) throws IOException {
    List<Object> words = new ArrayList<>(List.of("predict", model, "--items", "i3", "--json"));
    words.addAll(List.of(more));
    Map<String, Object> object = CommandLineRun.of(words.toArray()).json();
    Object only = part(object, "predictions").getFirst();
    assertEquals("i3", ((Map<?, ?>) only).get("item"));
    return figure(only, what);
  }

  @Test
  void aPredictionFollowsTheRatingsOfTheHistory() throws IOException {
    double high = predict(ratings, "expected", "--history", "i1=5,i2=4,i3=5,i4=4");
    double low = predict(ratings, "expected", "--history", "i1=1,i2=2,i3=1,i4=2");
    assertTrue(high > low + 1 && high <= 5 && low >= 1, high + " and " + low);
    double likely = predict(clicks, "probability", "--history", "i1=5,i2=4,i3=5,i4=4");
    double unlikely = predict(clicks, "probability", "--history", "i1=1,i2=2,i3=1,i4=2");
    assertTrue(likely > 0.7 && unlikely < 0.3, likely + " and " + unlikely);
    double newcomer = predict(ratings, "expected", "--history", "");
    assertTrue(newcomer > low && newcomer < high, "a new user: " + newcomer);
    double ofLog = predict(ratings, "expected", log, "--user", "u0");
    assertTrue(ofLog > 3.5, "a user of the log: " + ofLog);
    String table =
        CommandLineRun.of("predict", clicks, "--history", "i1", "--items", "i2,i7").done().out();
    assertEquals(3, table.lines().count(), table);
  }

  @Test
  void aPredictionRefusesWhatItDoesNotKnow() {
    CommandLineRun.of("predict", ratings, "--history", "i1", "--items", "i2,new,other")
        .failed(ExitCode.BAD_INPUT, "does not know 2 of the items: new, other");
    CommandLineRun.of(
            "predict", ratings, "--history", "old=3", "--items", "i2,new", "--skip-unknown")
        .done();
    CommandLineRun.of("predict", ratings, "--history", "i1=good", "--items", "i2")
        .failed(ExitCode.BAD_INPUT, "found i1=good in the history");
    CommandLineRun.of("predict", ratings, "--items", "i2").failed(ExitCode.USAGE, "--history");
    CommandLineRun.of("predict", ratings, "--history", "i1", log, "--items", "i2")
        .failed(ExitCode.USAGE, "a log needs --user");
    CommandLineRun.of("predict", ratings, "--history", "i1").failed(ExitCode.USAGE, "--items");
  }

  @Test
  void aModelThatRanksPredictsNothing() throws IOException {
    SmallModel shop = SmallModel.in(Files.createDirectory(folder.resolve("shop")));
    CommandLineRun.of("predict", shop.file(), "--history", "", "--items", "x")
        .failed(ExitCode.BAD_INPUT, "predicts neither a rating nor a click");
  }

  @Test
  void aNetworkOfTheNextItemTakesAllAttributes() throws IOException {
    Path model = folder.resolve("next.safetensors");
    Map<String, Object> object =
        run(
                log,
                model,
                "--attributes",
                "type,value,gap,hour,weekday",
                "--columns",
                "type=kind",
                "--zone",
                "Europe/Berlin",
                "--json")
            .json();
    assertTrue(object.toString().contains("categories=[lent, seen]"), object.toString());
    Map<String, Object> evaluation = CommandLineRun.of("evaluate", model, log, "--json").json();
    for (String metric : List.of("hr@10", "mrr@10", "ndcg@20")) {
      assertEquals(
          figure(part(object, "test").getFirst(), metric),
          figure(part(evaluation, "test").getFirst(), metric),
          metric);
    }
    String seen = CommandLineRun.of("recommend", model, "--history", "i1=seen").done().out();
    String lent = CommandLineRun.of("recommend", model, "--history", "i1=lent").done().out();
    assertNotEquals(seen, lent);
    CommandLineRun.of("recommend", model, log, "--user", "u3").done();
    CommandLineRun.of("verify", model).done();
    CommandLineRun.of("inspect", model).done();
  }

  @Test
  void theSameTrainingGivesTheSameBytes() throws IOException {
    Path again = folder.resolve("again.safetensors");
    run(log, again, "--objective", "click", "--click-threshold", 4).done();
    byte[] first = Files.readAllBytes(clicks);
    byte[] second = Files.readAllBytes(again);
    assertEquals(first.length, second.length);
    int differing = 0;
    for (int i = 0; i < first.length; i++) {
      differing += first[i] == second[i] ? 0 : 1;
    }
    // The date of the training and the digest.
    assertTrue(differing < 100, "bytes that differ: " + differing);
    assertEquals(
        CommandLineRun.of("predict", clicks, "--history", "i1", "--items", "i2").out(),
        CommandLineRun.of("predict", again, "--history", "i1", "--items", "i2").out());
  }

  @Test
  void wrongUsageIsOneSentence() {
    Path output = folder.resolve("none.safetensors");
    run(log, output, "--rating-loss", "absolute").failed(ExitCode.USAGE, "--objective rating");
    run(log, output, "--click-threshold", 4).failed(ExitCode.USAGE, "--objective click");
    run(log, output, "--attributes", "mood").failed(ExitCode.USAGE, "found 'mood'", "weekday");
    run(log, output, "--zone", "Nowhere").failed(ExitCode.USAGE, "zone: found \"Nowhere\"");
    for (String range : List.of("5", "5:1", "a:b", "1:2:3")) {
      run(log, output, "--objective", "rating", "--rating-range", range)
          .failed(ExitCode.USAGE, "--rating-range: found '" + range + "'");
    }
    run(log, output, "--objective", "rating", "--report", folder.resolve("r.html"))
        .failed(ExitCode.USAGE, "--report belongs to --objective next");
    for (String share : List.of("half", "50%", "0")) {
      CommandLineRun.of("train", log, "--output", output, "--test-share", share)
          .failed(ExitCode.USAGE, "share: found");
    }
    assertFalse(Files.exists(output));
  }

  @Test
  void badInputIsOneSentence() throws IOException {
    Path output = folder.resolve("none.safetensors");
    run(log, output, "--objective", "rating", "--rating-range", "1:4")
        .failed(
            ExitCode.BAD_INPUT, "column 'rating'", "found '5', expected a number from 1.0 to 4.0");
    run(log, output, "--objective", "click").failed(ExitCode.BAD_INPUT, "expected 0 or 1");
    run(log, output, "--objective", "click", "--click-threshold", 1)
        .failed(ExitCode.BAD_INPUT, "found only 1 in the training part");
    run(log, output, "--attributes", "type")
        .failed(ExitCode.BAD_INPUT, "expected a column for the type");
    Path words = folder.resolve("words.csv");
    Files.write(words, List.of("user,item,time,rating", "a,x,1,good", "a,y,2,bad"));
    run(words, output, "--objective", "rating")
        .failed(ExitCode.BAD_INPUT, "line 2, column 'rating': found 'good', expected a number");
    Path plain = folder.resolve("plain.csv");
    Files.write(plain, List.of("user,item,time", "a,x,1", "a,y,2"));
    run(plain, output, "--objective", "rating")
        .failed(ExitCode.BAD_INPUT, "expected a column for the value");
    assertFalse(Files.exists(output));
  }
}
