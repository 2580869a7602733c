package org.staccato.trainer.sequence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.staccato.trainer.log.DropCounts;
import org.staccato.trainer.log.Keys;

/** Splits of which some items are new. */
class HeldOutItemsTest {
  private static final PreparationReport.Size SIZE = new PreparationReport.Size(2, 2, 4, 8, 0.5, 4);

  private static Split split() {
    Sequences train = Sequences.of(4, new int[] {0, 1, 2, 3}, new int[] {1, 0, 1}, new int[] {2});
    Sequences all = Sequences.of(4, new int[] {0, 1, 2, 3, 1}, new int[] {2, 2});
    EvaluationCases cases = new EvaluationCases(all, new int[] {3, 1}, true);
    return new Split(
        train,
        cases,
        cases,
        Keys.ofTexts(java.util.List.of("a", "b", "c", "d")),
        new PreparationReport(10, DropCounts.NONE, SIZE, SIZE, 3, 3));
  }

  @Test
  void aTrainingMeetsNoNewItemAndTheMeasureMeetsAll() throws UnusableLogException {
    HeldOutItems held = HeldOutItems.of(split(), 0.9, 1, item -> item == 2);
    assertEquals(3, held.known());
    assertEquals(1, held.held());
    // Item 2 is new and comes last, as 3; item 3 becomes 2.
    assertEquals(java.util.List.of("a", "b", "d"), held.learnt().items().texts());
    assertEquals(java.util.List.of("a", "b", "d", "c"), held.measured().items().texts());
    assertEquals(2, held.learnt().train().count());
    assertArrayEquals(new int[] {0, 1, 2}, held.learnt().train().toArray(0));
    assertArrayEquals(new int[] {1, 0, 1}, held.learnt().train().toArray(1));
    assertTrue(new ItemCounts(held.measured().train()).isCold(3));

    EvaluationCases measured = held.measured().test();
    assertArrayEquals(new int[] {0, 1, 3, 2, 1}, measured.sequences().toArray(0));
    assertEquals(3, measured.cases());
    EvaluationCases learnt = held.learnt().test();
    assertArrayEquals(new int[] {0, 1, 2, 1}, learnt.sequences().toArray(0));
    assertEquals(2, learnt.firstTarget(0));
    assertEquals(2, learnt.cases());
  }

  @Test
  void theSeedSelectsTheItems() throws UnusableLogException {
    String[] chosen = new String[8];
    for (int seed = 0; seed < chosen.length; seed++) {
      HeldOutItems held = HeldOutItems.of(split(), 0.3, seed, item -> true);
      assertEquals(1, held.held());
      chosen[seed] = held.measured().items().text(3);
      HeldOutItems again = HeldOutItems.of(split(), 0.3, seed, item -> true);
      assertEquals(chosen[seed], again.measured().items().text(3));
    }
    assertNotEquals(1, Arrays.stream(chosen).distinct().count());
  }

  @Test
  void nothingToHoldOutOrNothingLeftIsToldInOneSentence() {
    assertThrows(UnusableLogException.class, () -> HeldOutItems.of(split(), 0.5, 1, item -> false));
    assertThrows(
        UnusableLogException.class, () -> HeldOutItems.of(split(), 0.99, 1, item -> item != 3));
    for (double share : new double[] {0, 1, -1, Double.NaN}) {
      assertThrows(
          IllegalArgumentException.class, () -> HeldOutItems.of(split(), share, 1, item -> true));
    }
  }
}
