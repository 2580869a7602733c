package org.staccato.trainer.sequence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SequencesTest {
  @Test
  void holdSequencesOfAnyLength() {
    Sequences sequences = Sequences.of(3, new int[] {2, 0, 2}, new int[] {}, new int[] {1});
    assertEquals(3, sequences.items());
    assertEquals(3, sequences.count());
    assertEquals(4, sequences.events());
    assertEquals(2, sequences.item(0, 2));
    assertEquals(0, sequences.length(1));
    assertArrayEquals(new int[] {1}, sequences.toArray(2));
  }

  @Test
  void areNotChangedFromOutside() {
    int[] array = {0, 1};
    Sequences sequences = Sequences.of(2, array);
    array[0] = 1;
    sequences.toArray(0)[1] = 0;
    assertArrayEquals(new int[] {0, 1}, sequences.toArray(0));
  }

  @Test
  void refuseItemsOutsideTheCatalogueAndPositionsOutsideASequence() {
    assertThrows(IndexOutOfBoundsException.class, () -> Sequences.of(2, new int[] {2}));
    assertThrows(IndexOutOfBoundsException.class, () -> Sequences.of(2, new int[] {-1}));
    assertThrows(IllegalArgumentException.class, () -> Sequences.of(0));
    Sequences sequences = Sequences.of(2, new int[] {0}, new int[] {1});
    assertThrows(IndexOutOfBoundsException.class, () -> sequences.item(0, 1));
  }

  @Test
  void casesAreThePositionsFromTheFirstTargetOn() {
    Sequences sequences = Sequences.of(2, new int[] {0, 1, 0}, new int[] {1}, new int[] {0, 1});
    assertEquals(3, EvaluationCases.everyPrefix(sequences, false).cases());
    assertEquals(2, new EvaluationCases(sequences, new int[] {2, 1, 1}, false).cases());
    assertEquals(0, new EvaluationCases(sequences, new int[] {3, 7, 2}, false).cases());
    assertThrows(
        IllegalArgumentException.class,
        () -> new EvaluationCases(sequences, new int[] {1, 0, 1}, false));
    assertThrows(
        IllegalArgumentException.class, () -> new EvaluationCases(sequences, new int[] {1}, false));
  }
}
