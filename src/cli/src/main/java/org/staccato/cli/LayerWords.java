package org.staccato.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.staccato.model.Attention;
import org.staccato.model.Convolution;
import org.staccato.model.FeedForward;
import org.staccato.model.Gru;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
import org.staccato.model.RecurrentLayer;
import org.staccato.model.Residual;

/** Names the layers of a network for people, from the input upwards. */
final class LayerWords {
  private LayerWords() {}

  /** {@return the layers, such as "layer normalisation, LSTM of 64 units"} */
  static String list(List<Layer> layers) {
    return layers.stream().map(LayerWords::of).collect(Collectors.joining(", "));
  }

  /** {@return the recurrent layers in a phrase, such as "an LSTM of 64 + 32 hidden units"} */
  static String recurrent(List<Layer> layers) {
    boolean gru = layers.stream().anyMatch(Gru.class::isInstance);
    return layers.stream()
        .filter(RecurrentLayer.class::isInstance)
        .map(layer -> String.valueOf(layer.width()))
        .collect(Collectors.joining(" + ", gru ? "a GRU of " : "an LSTM of ", " hidden units"));
  }

  private static String of(Layer layer) {
    return switch (layer) {
      case Lstm lstm -> "LSTM of " + lstm.units() + " units";
      case Gru gru -> "GRU of " + gru.units() + " units";
      case LayerNorm norm -> "layer normalisation";
      case FeedForward network -> "feed-forward network of " + network.inner();
      case Convolution convolution -> "convolution of " + convolution.taps() + " steps";
      case Attention attention -> "attention over " + attention.window() + " steps";
      case Residual residual ->
          "residual around " + (residual.span() == 1 ? "it" : "the last " + residual.span());
    };
  }
}
