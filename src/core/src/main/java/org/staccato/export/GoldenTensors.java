package org.staccato.export;

import static org.staccato.network.GoldenSamples.NONE;
import static org.staccato.network.GoldenSamples.SCORED;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.staccato.format.DataType;
import org.staccato.format.TensorOutput;
import org.staccato.format.WeightFileWriter;
import org.staccato.model.EventAttribute;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Head;
import org.staccato.model.ModelSpecification;
import org.staccato.model.NeighbourMemory;
import org.staccato.model.Prediction;
import org.staccato.model.Ranking;
import org.staccato.model.Weights;
import org.staccato.network.GoldenSamples;

/** Computes the golden samples of a network in double precision, and adds their tensors. */
final class GoldenTensors {
  private final Weights weights;
  private final int samples;
  private final Sequences sequences;

  private GoldenTensors(Weights weights, int samples, Sequences sequences) {
    this.weights = weights;
    this.samples = samples;
    this.sequences = sequences;
  }

  /** Runs a sequence through a network. */
  private interface Sequences {
    void run(int sample, ReferenceNetwork network);
  }

  /** Adds sequences of events, the last ones of each, and the answers after them. */
  static void add(WeightFileWriter writer, Weights weights, List<GoldenSequence> sequences) {
    requireCount(sequences.size());
    for (GoldenSequence sequence : sequences) {
      requireEvents(sequence, weights.specification());
    }
    List<GoldenSequence> kept =
        sequences.stream().map(sequence -> sequence.last(GoldenSamples.LENGTH_LIMIT)).toList();
    int longest = kept.stream().mapToInt(GoldenSequence::length).max().orElseThrow();
    int events = GoldenSamples.padded(longest);
    writer.tensor(
        GoldenSamples.ITEMS,
        DataType.I32,
        output -> {
          for (GoldenSequence sequence : kept) {
            for (int i = 0; i < events; i++) {
              output.putInt(i < sequence.length() ? sequence.item(i) : NONE);
            }
          }
        },
        kept.size(),
        events);
    int attributes = weights.specification().attributes().size();
    if (attributes > 0) {
      writer.tensor(
          GoldenSamples.EVENTS,
          DataType.I32,
          output -> {
            for (GoldenSequence sequence : kept) {
              for (int i = 0; i < events * attributes; i++) {
                int event = i / attributes;
                output.putInt(
                    event < sequence.length()
                        ? sequence.values(event)[i % attributes]
                        : EventAttribute.UNKNOWN);
              }
            }
          },
          kept.size(),
          events,
          attributes);
    }
    new GoldenTensors(
            weights,
            kept.size(),
            (sample, network) -> {
              GoldenSequence sequence = kept.get(sample);
              for (int i = 0; i < sequence.length(); i++) {
                network.step(sequence.item(i), sequence.values(i));
              }
            })
        .addAnswers(writer);
  }

  /** Adds sequences of feature vectors, row-major and all of one length, and the answers. */
  static void add(WeightFileWriter writer, Weights weights, float[][] sequences) {
    int features = weights.specification().featureInput().width();
    requireCount(sequences.length);
    requireVectors(sequences, features);
    int events = sequences[0].length / features;
    int row = GoldenSamples.padded(features);
    writer.tensor(
        GoldenSamples.FEATURES,
        DataType.F32,
        output -> {
          for (float[] sequence : sequences) {
            for (int i = 0; i < events * row; i++) {
              int feature = i % row;
              output.putFloat(feature < features ? sequence[i / row * features + feature] : 0);
            }
          }
        },
        sequences.length,
        events,
        row);
    new GoldenTensors(
            weights,
            sequences.length,
            (sample, network) -> {
              FloatMatrix vectors = FloatMatrix.of(sequences[sample], features);
              for (int event = 0; event < events; event++) {
                network.step(vectors, event);
              }
            })
        .addAnswers(writer);
  }

  private void addAnswers(WeightFileWriter writer) {
    for (Head head : weights.specification().heads()) {
      switch (head) {
        case Ranking ranking -> addScores(writer, ranking);
        case Prediction prediction -> addOutputs(writer, prediction);
        case NeighbourMemory memory -> throw new IllegalArgumentException(ModelWriter.MEMORY);
      }
    }
  }

  private void addScores(WeightFileWriter writer, Ranking head) {
    int[] items = scoredItems(head.items());
    writer.tensor(
        GoldenSamples.name(head, GoldenSamples.SCORED_ITEMS),
        DataType.I32,
        output -> {
          for (int i = 0; i < samples * SCORED; i++) {
            output.putInt(items[i % SCORED]);
          }
        },
        samples,
        SCORED);
    writer.tensor(
        GoldenSamples.name(head, GoldenSamples.SCORES),
        DataType.F32,
        output -> {
          for (int sample = 0; sample < samples; sample++) {
            ReferenceNetwork network = run(sample);
            for (int item : items) {
              output.putFloat(item == NONE ? 0 : (float) network.score(head, item));
            }
          }
        },
        samples,
        SCORED);
  }

  private void addOutputs(WeightFileWriter writer, Prediction head) {
    int row = GoldenSamples.padded(head.outputs());
    writer.tensor(
        GoldenSamples.name(head, GoldenSamples.OUTPUTS),
        DataType.F32,
        output -> {
          for (int sample = 0; sample < samples; sample++) {
            putRow(output, run(sample).predict(head), row);
          }
        },
        samples,
        row);
  }

  private static void putRow(TensorOutput output, double[] values, int padded) throws IOException {
    for (double value : Arrays.copyOf(values, padded)) {
      output.putFloat((float) value);
    }
  }

  private ReferenceNetwork run(int sample) {
    ReferenceNetwork network = new ReferenceNetwork(weights);
    sequences.run(sample, network);
    return network;
  }

  /** Returns items spread evenly over the catalogue, its first and its last among them. */
  private static int[] scoredItems(int items) {
    int[] scored = new int[SCORED];
    Arrays.fill(scored, NONE);
    int count = Math.min(items, SCORED);
    for (int i = 0; i < count; i++) {
      scored[i] = count == 1 ? 0 : (int) ((long) i * (items - 1) / (count - 1));
    }
    return scored;
  }

  private static void requireCount(int sequences) {
    if (sequences < 1 || sequences > GoldenSamples.COUNT_LIMIT) {
      throw new IllegalArgumentException(
          "golden sequences: found " + sequences + ", expected 1 to " + GoldenSamples.COUNT_LIMIT);
    }
  }

  private static void requireVectors(float[][] sequences, int features) {
    int length = sequences[0].length;
    if (length == 0 || length % features != 0 || length / features > GoldenSamples.LENGTH_LIMIT) {
      throw new IllegalArgumentException(
          "golden sequence: found "
              + length
              + " numbers, expected 1 to "
              + GoldenSamples.LENGTH_LIMIT
              + " vectors of "
              + features);
    }
    for (float[] sequence : sequences) {
      if (sequence.length != length) {
        throw new IllegalArgumentException(
            "golden sequence: found " + sequence.length + " numbers, expected " + length);
      }
    }
  }

  private static void requireEvents(GoldenSequence sequence, ModelSpecification specification) {
    if (sequence.length() == 0) {
      throw new IllegalArgumentException("golden sequence: found no item, expected at least 1");
    }
    List<EventAttribute> attributes = specification.attributes();
    for (int i = 0; i < sequence.length(); i++) {
      Objects.checkIndex(sequence.item(i), specification.itemInput().items());
      int found = sequence.values(i).length;
      if (found != attributes.size()) {
        throw new IllegalArgumentException(
            "golden sequence: found "
                + found
                + " attributes of an event, expected "
                + attributes.size());
      }
      for (int attribute = 0; attribute < found; attribute++) {
        Objects.checkIndex(sequence.values(i)[attribute], attributes.get(attribute).values());
      }
    }
  }
}
