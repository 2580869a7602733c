package org.staccato.trainer.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.staccato.testkit.RandomSeed;

class ValueMeasuresTest {
  private static final double ROUNDING = 1e-12;

  @Test
  void errorsOfRatings() {
    ErrorMeasures measures = new ErrorMeasures();
    measures.add(4, 3.5);
    measures.add(1, 3);
    measures.add(5, 5);
    // Errors −½, 2, 0.
    assertEquals((0.5 + 2) / 3, measures.mae(), ROUNDING);
    assertEquals(Math.sqrt((0.25 + 4) / 3), measures.rmse(), ROUNDING);
    assertEquals(3, measures.cases());
    assertEquals(Map.of(), new ErrorMeasures().measures());
  }

  private static ProbabilityMeasures fourCases() {
    ProbabilityMeasures measures = new ProbabilityMeasures();
    measures.add(1, 0.8);
    measures.add(1, 0.5);
    measures.add(0, 0.5);
    measures.add(0, 0.1);
    return measures;
  }

  @Test
  void aTieIsHalfAWin() {
    // 0.8 beats 0.5 and 0.1; 0.5 ties with 0.5 and beats 0.1: (1 + 1 + ½ + 1)/4.
    assertEquals(3.5 / 4, fourCases().auc(), ROUNDING);
  }

  @Test
  void aHalfCountsAsAPredictedOne() {
    assertEquals(3 / 4.0, fourCases().accuracy(), ROUNDING); // 0.5 for a target 0 is wrong.
  }

  @Test
  void logLossIsTheMeanSurpriseInNats() {
    double expected = -(Math.log(0.8) + Math.log(0.5) + Math.log(0.5) + Math.log(0.9)) / 4;
    assertEquals(expected, fourCases().logLoss(), ROUNDING);
  }

  @Test
  void logLossOfACertainMistakeIsBounded() {
    ProbabilityMeasures measures = new ProbabilityMeasures();
    measures.add(1, 0);
    measures.add(0, 1);
    assertEquals(-Math.log(ProbabilityMeasures.LEAST_PROBABILITY), measures.logLoss(), 1e-6);
  }

  @Test
  void calibrationComparesPredictionsWithSharesBinByBin() {
    // Bins of 0.1: [0.8, 0.9) predicts 0.8 and holds 1; [0.5, 0.6) predicts ½ and holds ½ twice;
    // [0.1, 0.2) predicts 0.1 and holds 0: (0.2·1 + 0·2 + 0.1·1)/4.
    assertEquals(0.3 / 4, fourCases().calibrationError(), ROUNDING);
    ProbabilityMeasures certain = new ProbabilityMeasures();
    certain.add(1, 1);
    assertEquals(0, certain.calibrationError());
  }

  @Test
  void areaAgreesWithAllPairs() {
    long seed = RandomSeed.of(3);
    Random random = new Random(seed);
    ProbabilityMeasures measures = new ProbabilityMeasures();
    double[] predictions = new double[401];
    int[] targets = new int[predictions.length];
    for (int i = 0; i < predictions.length; i++) {
      predictions[i] = random.nextInt(17) / 16.0; // Ties, and exact as a float.
      targets[i] = random.nextInt(3) == 0 ? 1 : 0;
      measures.add(targets[i], predictions[i]);
    }
    double wins = 0;
    double pairs = 0;
    for (int i = 0; i < predictions.length; i++) {
      for (int j = 0; j < predictions.length; j++) {
        if (targets[i] == 1 && targets[j] == 0) {
          pairs++;
          wins += 0.5 + 0.5 * Math.signum(predictions[i] - predictions[j]);
        }
      }
    }
    assertEquals(wins / pairs, measures.auc(), 1e-12, "seed " + seed);
  }

  @Test
  void oneClassHasNoArea() {
    ProbabilityMeasures measures = new ProbabilityMeasures();
    measures.add(1, 0.7);
    assertTrue(Double.isNaN(measures.auc()));
    assertEquals("[accuracy, logLoss, calibrationError]", measures.measures().keySet().toString());
    assertEquals(Map.of(), new ProbabilityMeasures().measures());
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    ProbabilityMeasures probabilities = new ProbabilityMeasures();
    assertThrows(IllegalArgumentException.class, () -> probabilities.add(0.5, 0.5));
    assertThrows(IllegalArgumentException.class, () -> probabilities.add(1, 1.01));
    assertThrows(IllegalArgumentException.class, () -> probabilities.add(1, Double.NaN));
    ErrorMeasures errors = new ErrorMeasures();
    assertThrows(IllegalArgumentException.class, () -> errors.add(1, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> errors.add(Double.POSITIVE_INFINITY, 1));
    assertEquals(0, probabilities.cases() + errors.cases());
  }
}
