package org.staccato.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.staccato.kernel.TanhApproximation;
import org.staccato.model.Attention;
import org.staccato.model.Convolution;
import org.staccato.model.FeedForward;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Gru;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
import org.staccato.model.Residual;
import org.staccato.model.Weights;

/**
 * The layers of a network in double precision, which keep for each value a bound on the error that
 * float arithmetic can have made so far. With u = 2⁻²⁴, a sum of n products is off by at most (n +
 * 4) · u times the sum of the magnitudes, and by what the errors of its inputs contribute; the
 * steepest slope of tanh is 1 and of the sigmoid ¼; products and sums round once each.
 */
final class BoundedReference {
  private static final double U = 0x1p-24;
  private static final double TANH = 2 * TanhApproximation.MAX_ULP * U;

  private final List<BoundedLayer> layers = new ArrayList<>();

  BoundedReference(Weights weights) {
    List<Layer> described = weights.specification().layers();
    for (int number = 0; number < described.size(); number++) {
      layers.add(
          switch (described.get(number)) {
            case Lstm lstm -> new BoundedLstm(weights, number, lstm.units());
            case Gru gru -> new BoundedGru(weights, number, gru.units());
            case LayerNorm norm -> throw noBound(norm);
            case FeedForward network -> throw noBound(network);
            case Convolution convolution -> throw noBound(convolution);
            case Attention attention -> throw noBound(attention);
            case Residual residual -> throw noBound(residual);
          });
    }
  }

  private static IllegalArgumentException noBound(Layer layer) {
    return new IllegalArgumentException("no bound is derived for " + layer);
  }

  void step(float[] input) {
    Bounded[] x = new Bounded[input.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = new Bounded(input[i], 0);
    }
    for (BoundedLayer layer : layers) {
      x = layer.step(x);
    }
  }

  /** An element of a field of a layer's state. */
  Bounded element(int layer, String field, int index) {
    return layers.get(layer).field(field)[index];
  }

  /** A value that is known up to an error. */
  record Bounded(double value, double error) {
    double magnitude() {
      return Math.abs(value) + error;
    }

    Bounded plus(Bounded other) {
      double sum = value + other.value;
      return new Bounded(sum, error + other.error + U * (magnitude() + other.magnitude()));
    }

    Bounded sigmoid() {
      return new Bounded(1 / (1 + Math.exp(-value)), error / 4 + TANH);
    }

    Bounded tanh() {
      return new Bounded(Math.tanh(value), error + TANH);
    }
  }

  private interface BoundedLayer {
    Bounded[] step(Bounded[] x);

    Bounded[] field(String name);
  }

  private static Bounded[] zeros(int size) {
    Bounded[] zeros = new Bounded[size];
    Arrays.fill(zeros, new Bounded(0, 0));
    return zeros;
  }

  /** Start + weights · v. */
  private static Bounded sum(double start, FloatMatrix weights, int row, Bounded[] v) {
    double sum = start;
    double magnitude = Math.abs(start);
    double error = 0;
    for (int k = 0; k < v.length; k++) {
      double w = weights.at(row, k);
      sum += w * v[k].value;
      magnitude += Math.abs(w) * v[k].magnitude();
      error += Math.abs(w) * v[k].error;
    }
    return new Bounded(sum, error + (v.length + 4) * U * magnitude);
  }

  /** The sum of two sums of n products in all, taken as one sum or as two. */
  private static Bounded sum(Bounded input, Bounded recurrent, int products) {
    Bounded both = input.plus(recurrent);
    double longer = products * U * (input.magnitude() + recurrent.magnitude());
    return new Bounded(both.value, both.error + longer);
  }

  private static final class BoundedLstm implements BoundedLayer {
    private final FloatMatrix input;
    private final FloatMatrix recurrent;
    private final FloatMatrix bias;
    private final Bounded[] c;
    private final Bounded[] h;

    BoundedLstm(Weights weights, int number, int units) {
      input = weights.ofLayer(number, Lstm.INPUT);
      recurrent = weights.ofLayer(number, Lstm.RECURRENT);
      bias = weights.ofLayer(number, Lstm.BIAS);
      c = zeros(units);
      h = zeros(units);
    }

    @Override
    public Bounded[] step(Bounded[] x) {
      int units = h.length;
      Bounded[] gates = new Bounded[Lstm.GATES * units];
      for (int row = 0; row < gates.length; row++) {
        gates[row] =
            sum(sum(bias.at(row, 0), input, row, x), sum(0, recurrent, row, h), x.length + units);
      }
      for (int unit = 0; unit < units; unit++) {
        Bounded i = gates[unit].sigmoid();
        Bounded f = gates[units + unit].sigmoid();
        Bounded g = gates[2 * units + unit].tanh();
        Bounded o = gates[3 * units + unit].sigmoid();
        double old = c[unit].magnitude();
        double error =
            f.value * c[unit].error
                + f.error * old
                + i.value * g.error
                + i.error
                + 3 * U * (old + 1);
        c[unit] = new Bounded(f.value * c[unit].value + i.value * g.value, error);
        h[unit] =
            new Bounded(
                o.value * Math.tanh(c[unit].value), o.value * (error + TANH) + o.error + 2 * U);
      }
      return h.clone();
    }

    @Override
    public Bounded[] field(String name) {
      return name.equals(Lstm.CELL) ? c : h;
    }
  }

  private static final class BoundedGru implements BoundedLayer {
    private final FloatMatrix input;
    private final FloatMatrix recurrent;
    private final FloatMatrix inputBias;
    private final FloatMatrix recurrentBias;
    private final Bounded[] h;

    BoundedGru(Weights weights, int number, int units) {
      input = weights.ofLayer(number, Gru.INPUT);
      recurrent = weights.ofLayer(number, Gru.RECURRENT);
      inputBias = weights.ofLayer(number, Gru.INPUT_BIAS);
      recurrentBias = weights.ofLayer(number, Gru.RECURRENT_BIAS);
      h = zeros(units);
    }

    @Override
    public Bounded[] step(Bounded[] x) {
      int units = h.length;
      Bounded[] next = new Bounded[units];
      for (int unit = 0; unit < units; unit++) {
        Bounded reset = gate(unit, x).sigmoid();
        Bounded update = gate(units + unit, x).sigmoid();
        int row = 2 * units + unit;
        Bounded product = recurrentSum(row);
        Bounded gated =
            new Bounded(
                reset.value * product.value,
                product.error + (reset.error + U) * product.magnitude());
        Bounded newGate = inputSum(row, x).plus(gated).tanh();
        Bounded old = h[unit];
        double both = old.magnitude() + newGate.magnitude();
        next[unit] =
            new Bounded(
                (1 - update.value) * newGate.value + update.value * old.value,
                (1 - update.value) * newGate.error
                    + update.value * old.error
                    + update.error * both
                    + 3 * U * both);
      }
      System.arraycopy(next, 0, h, 0, units);
      return next;
    }

    private Bounded gate(int row, Bounded[] x) {
      return sum(inputSum(row, x), recurrentSum(row), x.length + h.length);
    }

    private Bounded inputSum(int row, Bounded[] x) {
      return sum(inputBias.at(row, 0), input, row, x);
    }

    private Bounded recurrentSum(int row) {
      return sum(recurrentBias.at(row, 0), recurrent, row, h);
    }

    @Override
    public Bounded[] field(String name) {
      return h;
    }
  }
}
