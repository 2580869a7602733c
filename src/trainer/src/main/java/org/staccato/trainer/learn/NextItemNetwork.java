package org.staccato.trainer.learn;

import java.util.ArrayList;
import java.util.List;
import org.staccato.model.Attention;
import org.staccato.model.Convolution;
import org.staccato.model.FeedForward;
import org.staccato.model.Gru;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Link;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Ranking;
import org.staccato.model.Residual;

/**
 * Specifies the usual network over sequences of items: blocks of layers and one ranking, of what
 * comes next or with a link of the event on a given item.
 */
public final class NextItemNetwork {
  private NextItemNetwork() {}

  /** The kinds of recurrent layers. */
  public enum Cell {
    /** Long short-term memory. */
    LSTM,
    /** Gated recurrent unit. */
    GRU
  }

  /**
   * What stands around a recurrent layer. A block is
   *
   * <pre>
   * x ← x + recurrent(convolution(norm(x)))
   * x ← x + feedForward(norm(x))
   * </pre>
   *
   * <p>with the normalisations, the convolution, the sums and the second line as chosen: the block
   * of a transformer that normalises before (R. Xiong et al., 2020) with a recurrent layer in place
   * of attention, as in Z. Yue et al., 2024. Where blocks normalise, one more normalisation follows
   * the last of them.
   *
   * @param cell the kind of recurrent layer
   * @param layerNorm whether a layer normalisation stands before each recurrent layer, before each
   *     feed-forward network, and before the head
   * @param residual whether residual connections go around both, which needs layers as wide as an
   *     embedding
   * @param convolution the number of steps that a causal convolution in front of the recurrent
   *     layer looks at, 0 for no such layer
   * @param feedForward the width of the feed-forward network's hidden layer, as a multiple of that
   *     of the recurrent layer; 0 for no such network
   * @param attention the number of steps that an attention over the last block looks back at, its
   *     own included, with a residual connection around; 0 for no such layer
   */
  public record Block(
      Cell cell,
      boolean layerNorm,
      boolean residual,
      int convolution,
      int feedForward,
      int attention) {

    /** An LSTM and nothing else. */
    public static final Block PLAIN = new Block(Cell.LSTM, false, false, 0, 0, 0);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a number is outside its range
     */
    public Block {
      if (convolution < 0 || convolution == 1 || convolution > Convolution.TAP_LIMIT) {
        throw new IllegalArgumentException(
            "convolution: found %d, expected 0 for none, or 2 to %d steps"
                .formatted(convolution, Convolution.TAP_LIMIT));
      }
      if (attention < 0 || attention > Attention.WINDOW_LIMIT) {
        throw new IllegalArgumentException(
            "attention: found %d, expected 0 for none, or 1 to %d steps"
                .formatted(attention, Attention.WINDOW_LIMIT));
      }
      if (feedForward < 0) {
        throw new IllegalArgumentException(
            "feed-forward: found " + feedForward + ", expected 0 for none, or a multiple above it");
      }
    }
  }

  /**
   * Stacks LSTM layers on items.
   *
   * @param input the items
   * @param units the number of hidden units of each layer, from the input upwards
   * @param tied whether the embeddings also score the items; the last layer must then be as wide as
   *     an embedding
   * @return the specification
   * @throws IllegalArgumentException if a size is outside its range, there is no layer, or a tied
   *     last layer is not as wide as an embedding
   */
  public static ModelSpecification of(ItemInput input, List<Integer> units, boolean tied) {
    return of(input, units, tied, Block.PLAIN);
  }

  /**
   * Stacks blocks on items.
   *
   * @param input the items
   * @param units the number of hidden units of each block, from the input upwards
   * @param tied whether the embeddings also score the items, which needs a last block as wide as an
   *     embedding
   * @param block what each block is
   * @return the specification
   * @throws IllegalArgumentException if a size is outside its range, there is no block, a tied last
   *     block is not as wide as an embedding, or a residual connection goes around a change of
   *     width
   */
  public static ModelSpecification of(
      ItemInput input, List<Integer> units, boolean tied, Block block) {
    return of(input, units, tied, block, Link.NONE);
  }

  /**
   * Stacks blocks on items.
   *
   * @param input the items
   * @param units the number of hidden units of each block, from the input upwards
   * @param tied whether the embeddings also score the items, which needs a last block as wide as an
   *     embedding
   * @param block what each block is
   * @param link what the score of an item says about it
   * @return the specification
   * @throws IllegalArgumentException if a size is outside its range, there is no block, a tied last
   *     block is not as wide as an embedding, or a residual connection goes around a change of
   *     width
   */
  public static ModelSpecification of(
      ItemInput input, List<Integer> units, boolean tied, Block block, Link link) {
    List<Layer> layers = new ArrayList<>();
    int width = input.width();
    for (int blockUnits : units) {
      addSublayer(layers, block, block.residual, recurrent(block, width, blockUnits));
      width = blockUnits;
      if (block.feedForward > 0) {
        int inner = (int) Math.min((long) width * block.feedForward, Integer.MAX_VALUE);
        addSublayer(layers, block, block.residual, List.of(new FeedForward(width, inner)));
      }
    }
    if (block.attention > 0) {
      addSublayer(layers, block, true, List.of(new Attention(width, block.attention)));
    }
    if (block.layerNorm) {
      layers.add(new LayerNorm(width));
    }
    String name = link == Link.NONE ? Ranking.NEXT : Ranking.ITEM;
    Ranking ranking = new Ranking(name, width, input.items(), tied, link);
    return new ModelSpecification(input, layers, List.of(ranking));
  }

  private static List<Layer> recurrent(Block block, int inputs, int units) {
    Layer layer =
        switch (block.cell) {
          case LSTM -> new Lstm(inputs, units);
          case GRU -> new Gru(inputs, units);
        };
    return block.convolution == 0
        ? List.of(layer)
        : List.of(new Convolution(inputs, block.convolution), layer);
  }

  /** Adds layers with what stands around them. */
  private static void addSublayer(
      List<Layer> layers, Block block, boolean residual, List<Layer> inner) {
    int first = layers.size();
    int inputs = inner.getFirst().inputs();
    int width = inner.getLast().width();
    if (block.layerNorm) {
      layers.add(new LayerNorm(inputs));
    }
    layers.addAll(inner);
    if (residual) {
      if (inputs != width) {
        throw new IllegalArgumentException(
            "residual: found a layer of %d units on a vector of %d, expected equal widths, since the two are added"
                .formatted(width, inputs));
      }
      layers.add(new Residual(width, layers.size() - first));
    }
  }
}
