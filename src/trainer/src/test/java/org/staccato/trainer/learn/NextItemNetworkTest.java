package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.staccato.format.ItemKeys;
import org.staccato.model.Attention;
import org.staccato.model.Convolution;
import org.staccato.model.FeedForward;
import org.staccato.model.Gru;
import org.staccato.model.ItemInput;
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
import org.staccato.model.Residual;
import org.staccato.trainer.learn.NextItemNetwork.Block;
import org.staccato.trainer.learn.NextItemNetwork.Cell;

/** The layers that are asked for by a few words. */
class NextItemNetworkTest {
  private static final ItemInput ITEMS = new ItemInput(9, 8, ItemKeys.Kind.LONG);

  @Test
  void aPlainNetworkIsLstmsAlone() {
    assertEquals(
        List.of(new Lstm(8, 5), new Lstm(5, 8)),
        NextItemNetwork.of(ITEMS, List.of(5, 8), true).layers());
  }

  @Test
  void aBlockNormalisesBeforeAndGoesAround() {
    assertEquals(
        List.of(
            new LayerNorm(8),
            new Gru(8, 8),
            new Residual(8, 2),
            new LayerNorm(8),
            new FeedForward(8, 32),
            new Residual(8, 2),
            new LayerNorm(8)),
        NextItemNetwork.of(ITEMS, List.of(8), true, new Block(Cell.GRU, true, true, 0, 4, 0))
            .layers());
  }

  @Test
  void aConvolutionStandsBeforeEachRecurrentLayer() {
    assertEquals(
        List.of(
            new LayerNorm(8),
            new Convolution(8, 4),
            new Lstm(8, 8),
            new Residual(8, 3),
            new LayerNorm(8)),
        NextItemNetwork.of(ITEMS, List.of(8), true, new Block(Cell.LSTM, true, true, 4, 0, 0))
            .layers());
    assertEquals(
        List.of(new Convolution(8, 2), new Gru(8, 3), new Convolution(3, 2), new Gru(3, 5)),
        NextItemNetwork.of(ITEMS, List.of(3, 5), false, new Block(Cell.GRU, false, false, 2, 0, 0))
            .layers());
  }

  @Test
  void anAttentionGoesOverTheLastBlock() {
    assertEquals(
        List.of(new Lstm(8, 3), new Lstm(3, 5), new Attention(5, 50), new Residual(5, 1)),
        NextItemNetwork.of(
                ITEMS, List.of(3, 5), false, new Block(Cell.LSTM, false, false, 0, 0, 50))
            .layers());
    assertEquals(
        List.of(
            new LayerNorm(8),
            new Lstm(8, 8),
            new LayerNorm(8),
            new Attention(8, 1),
            new Residual(8, 2),
            new LayerNorm(8)),
        NextItemNetwork.of(ITEMS, List.of(8), true, new Block(Cell.LSTM, true, false, 0, 0, 1))
            .layers());
  }

  @Test
  void eachPartIsChosenByItself() {
    assertEquals(
        List.of(
            new Lstm(8, 8),
            new Residual(8, 1),
            new FeedForward(8, 8),
            new Residual(8, 1),
            new Lstm(8, 8),
            new Residual(8, 1),
            new FeedForward(8, 8),
            new Residual(8, 1)),
        NextItemNetwork.of(ITEMS, List.of(8, 8), true, new Block(Cell.LSTM, false, true, 0, 1, 0))
            .layers());
    assertEquals(
        List.of(new LayerNorm(8), new Lstm(8, 3), new LayerNorm(3)),
        NextItemNetwork.of(ITEMS, List.of(3), false, new Block(Cell.LSTM, true, false, 0, 0, 0))
            .layers());
  }

  @Test
  void whatCannotBeIsRefusedWithASentence() {
    refuse(
        "residual: found a layer of 5 units on a vector of 8, expected equal widths, since the two"
            + " are added",
        List.of(8, 5),
        new Block(Cell.LSTM, false, true, 0, 0, 0));
    refuse(
        "inner: found 20000, expected 1 to 16384",
        List.of(20),
        new Block(Cell.LSTM, true, false, 0, 1000, 0));
    refuse(
        "inner: found 2147483647, expected 1 to 16384",
        List.of(20),
        new Block(Cell.LSTM, true, false, 0, Integer.MAX_VALUE, 0));
    assertEquals(
        "feed-forward: found -1, expected 0 for none, or a multiple above it",
        assertThrows(
                IllegalArgumentException.class, () -> new Block(Cell.LSTM, false, false, 0, -1, 0))
            .getMessage());
    for (int steps : new int[] {-1, 513}) {
      assertEquals(
          "attention: found " + steps + ", expected 0 for none, or 1 to 512 steps",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new Block(Cell.LSTM, false, false, 0, 0, steps))
              .getMessage());
    }
    for (int steps : new int[] {-1, 1, 9}) {
      assertEquals(
          "convolution: found " + steps + ", expected 0 for none, or 2 to 8 steps",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new Block(Cell.LSTM, false, false, steps, 0, 0))
              .getMessage());
    }
  }

  private static void refuse(String sentence, List<Integer> units, Block block) {
    assertEquals(
        sentence,
        assertThrows(
                IllegalArgumentException.class,
                () -> NextItemNetwork.of(ITEMS, units, false, block))
            .getMessage());
  }
}
