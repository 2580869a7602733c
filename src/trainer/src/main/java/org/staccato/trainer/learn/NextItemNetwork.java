package org.staccato.trainer.learn;

import java.util.ArrayList;
import java.util.List;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Ranking;

/** Specifies the usual network for next-item prediction: LSTM layers and one ranking. */
public final class NextItemNetwork {
  private NextItemNetwork() {}

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
    List<Layer> layers = new ArrayList<>();
    int width = input.width();
    for (int layerUnits : units) {
      layers.add(new Lstm(width, layerUnits));
      width = layerUnits;
    }
    Ranking ranking = new Ranking(Ranking.NEXT, width, input.items(), tied);
    return new ModelSpecification(input, layers, List.of(ranking));
  }
}
