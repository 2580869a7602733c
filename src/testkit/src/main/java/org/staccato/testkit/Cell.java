package org.staccato.testkit;

import org.staccato.model.Gru;
import org.staccato.model.Lstm;
import org.staccato.model.RecurrentLayer;

/** The kinds of recurrent layers, for tests that run once for each. */
public enum Cell {
  LSTM {
    @Override
    public RecurrentLayer layer(int inputs, int units) {
      return new Lstm(inputs, units);
    }
  },
  GRU {
    @Override
    public RecurrentLayer layer(int inputs, int units) {
      return new Gru(inputs, units);
    }
  };

  /** Makes a layer. */
  public abstract RecurrentLayer layer(int inputs, int units);
}
