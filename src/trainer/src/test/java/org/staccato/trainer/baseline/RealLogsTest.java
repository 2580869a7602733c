package org.staccato.trainer.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Evaluator;
import org.staccato.trainer.log.DropReason;
import org.staccato.trainer.log.EventLog;
import org.staccato.trainer.log.LogFormat;
import org.staccato.trainer.log.LogReader;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.Preparation;
import org.staccato.trainer.sequence.PreparationOptions;
import org.staccato.trainer.sequence.Split;

/** The baselines on real logs; skipped unless STACCATO_DATA names their folder. */
class RealLogsTest {
  /** Half a unit of the fourth decimal. */
  private static final double FOUR_DECIMALS = 0.00005;

  private static Path data(String file) {
    String folder = System.getenv("STACCATO_DATA");
    assumeTrue(folder != null, "STACCATO_DATA is not set");
    Path path = Path.of(folder, file);
    assumeTrue(Files.exists(path), path + " is missing");
    return path;
  }

  private static EventLog read(String file, String preset) throws IOException {
    return LogReader.read(data(file), LogFormat.preset(preset));
  }

  private static List<EvaluationResult.Metrics> measure(
      Split split, EvaluationCases cases, int cutoff) {
    return Baseline.usual().stream().map(each -> measure(split, cases, cutoff, each)).toList();
  }

  @Test
  void movielensLeaveOneOut() throws IOException {
    EventLog log = read("ml-1m/sequences.txt.gz", "sequences");
    Split split = Preparation.split(log, PreparationOptions.leaveOneOut().withExcludeSeen(true));
    assertEquals(999_611, split.report().rows());
    assertEquals(3_416, split.items().size());
    assertEquals(6_040, split.test().cases());
    List<EvaluationResult.Metrics> metrics = measure(split, split.test(), 10);
    assertFigures(.0369, .0180, metrics.get(0));
    // Other implementations measure .2137/.1255 for Markov and .2255/.1310 for rules: they break
    // ties in other ways, and ours breaks them exactly by popularity.
    assertFigures(.2144, .1259, metrics.get(1));
    assertFigures(.2253, .1310, metrics.get(2));
    assertFigures(.1454, .0782, measure(split, split.test(), 10, Baseline.ITEM_KNN));
    assertFigures(.1387, .0753, measure(split, split.test(), 10, Baseline.VMIS_KNN));
  }

  private static EvaluationResult.Metrics measure(
      Split split, EvaluationCases cases, int cutoff, Baseline baseline) {
    return new Evaluator(new int[] {cutoff}, 2)
        .evaluate(baseline.learn(split.train()), cases)
        .at(cutoff);
  }

  private static void assertFigures(double hitRate, double ndcg, EvaluationResult.Metrics metrics) {
    assertEquals(hitRate, metrics.hitRate(), FOUR_DECIMALS);
    assertEquals(ndcg, metrics.ndcg(), FOUR_DECIMALS);
  }

  @Test
  void serenadeGivenParts() throws IOException {
    Split split =
        Preparation.split(
            read("serenade/train.tsv.gz", "gru4rec"),
            read("serenade/valid.tsv.gz", "gru4rec"),
            read("serenade/test.tsv.gz", "gru4rec"),
            PreparationOptions.given());
    assertEquals(113_601, split.train().events());
    assertEquals(18_009, split.items().size());
    assertEquals(0, split.report().dropped().total());
    assertEquals(.2469, measure(split, split.test(), 20).get(1).mrr(), FOUR_DECIMALS);
    assertEquals(.2523, measure(split, split.test(), 20).get(2).mrr(), FOUR_DECIMALS);
    assertEquals(.2690, measure(split, split.validation(), 20).get(2).mrr(), FOUR_DECIMALS);
    // Published for VMIS-kNN are .3197 and .3401; the original differs in the order of the sessions
    // and
    // leaves out the longest ones.
    assertEquals(
        .3174, measure(split, split.validation(), 20, Baseline.VMIS_KNN).mrr(), FOUR_DECIMALS);
    assertEquals(.3342, measure(split, split.test(), 20, Baseline.VMIS_KNN).mrr(), FOUR_DECIMALS);
  }

  @Test
  void onlineRetailByTime() throws IOException {
    EventLog log = read("online-retail-ii/online-retail-ii.tsv.gz", "online-retail");
    assertEquals(791_114, log.size());
    assertEquals(235_287, log.dropped().of(DropReason.NO_USER));
    assertEquals(18_446, log.dropped().of(DropReason.RETURN));
    assertEquals(5_881, log.users().size());
    assertEquals(4_630, log.items().size());
    Split split = Preparation.split(log, PreparationOptions.temporal(14).withMinimumSupport(5));
    assertEquals(1_044_847, split.report().log().events() + split.report().dropped().total());
    List<EvaluationResult.Metrics> metrics = measure(split, split.test(), 10);
    assertTrue(metrics.get(0).hitRate() < metrics.get(1).hitRate());
    assertTrue(metrics.get(1).hitRate() < metrics.get(2).hitRate());
  }
}
