package org.staccato.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.export.MatrixTypes;
import org.staccato.export.ReferenceNetwork;
import org.staccato.format.WeightFile;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.ScalarKernels;
import org.staccato.memory.LittleEndian;
import org.staccato.model.FeatureInput;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Head;
import org.staccato.model.ItemInput;
import org.staccato.model.ModelSpecification;
import org.staccato.model.NeighbourMemory;
import org.staccato.model.Parameter;
import org.staccato.model.Prediction;
import org.staccato.model.Ranking;
import org.staccato.model.Weights;
import org.staccato.model.WrongTaskException;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** The contract of every kind of head in each of its forms, on items and on features. */
class HeadContractTest {
  private static final int STATES = 6;
  private static final double BOUND = 2e-5;

  @TempDir Path folder;

  static Stream<ModelSpecification> networks() {
    return Kinds.ofHeads().stream().flatMap(kind -> Kinds.networksWith(kind).stream());
  }

  @Test
  void allKindsAreThere() {
    assertEquals(Set.of(Ranking.class, Prediction.class), Set.copyOf(Kinds.ofHeads()));
    for (Class<?> kind : Kinds.ofHeads()) {
      List<ModelSpecification> networks = Kinds.networksWith(kind);
      assertFalse(networks.isEmpty());
      for (ModelSpecification network : networks) {
        assertEquals(kind, network.heads().getFirst().getClass());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aSpecificationRoundTripsThroughJson(ModelSpecification specification) {
    assertEquals(specification, ModelSpecification.fromJson(specification.toJson()));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everyNameIsOneParameters(ModelSpecification specification) {
    Head head = specification.heads().getFirst();
    Set<String> names = new HashSet<>();
    for (Parameter parameter : specification.parameters()) {
      assertTrue(names.add(parameter.name()), parameter.name());
    }
    for (Parameter parameter : head.parameters()) {
      assertTrue(names.contains(ModelSpecification.headName(head.name(), parameter.name())));
      assertEquals(head.outputs(), parameter.rows());
    }
  }

  /** Runs a network to the end of some sequences. */
  private static final class Run {
    final Network network;
    final Head head;
    final String where;
    final MemorySegment[] states = new MemorySegment[STATES];
    final ReferenceNetwork[] references = new ReferenceNetwork[STATES];

    Run(WeightFile file, Kernels kernels, Weights weights) throws IOException {
      network = Network.open(file, kernels);
      head = network.specification().heads().getFirst();
      where = kernels.name() + ", " + head;
      Random random = RandomSeed.random(5);
      StepScratch scratch = new StepScratch(network.stack(), null);
      for (int i = 0; i < STATES; i++) {
        states[i] = network.stack().newState();
        references[i] = new ReferenceNetwork(weights);
        for (int step = 0; step < i; step++) {
          step(random, scratch, i);
        }
      }
    }

    private void step(Random random, StepScratch scratch, int state) {
      switch (network.specification().input()) {
        case ItemInput input -> {
          int item = random.nextInt(input.items());
          network.stack().step(states[state], false, scratch, item);
          references[state].step(item);
        }
        case FeatureInput input -> {
          float[] features = RandomNetworks.floats(random, input.width(), 1);
          scratch.setFeatures(features, 0);
          network.stack().step(states[state], false, scratch);
          references[state].step(FloatMatrix.of(features, input.width()), 0);
        }
      }
    }

    LinearHead linear() {
      return switch (head) {
        case Ranking ranking -> network.ranking();
        case Prediction prediction -> network.prediction().linear();
        case NeighbourMemory memory -> throw new AssertionError("a memory has no linear layer");
      };
    }

    /** All sums of a state. */
    float[] sums(int state) {
      MemorySegment scores = LinearHead.newScores(linear().blocks());
      linear().score(states[state], 0, linear().blocks(), scores);
      float[] sums = new float[linear().blocks() * LinearHead.BLOCK];
      MemorySegment.copy(scores, LittleEndian.FLOAT, 0, sums, 0, sums.length);
      return sums;
    }
  }

  private interface Contract {
    void check(Run run) throws IOException;
  }

  private void check(ModelSpecification specification, MatrixTypes types, Contract contract)
      throws IOException {
    Weights weights = RandomNetworks.weights(RandomSeed.random(3), specification);
    Path path = RandomNetworks.write(folder.resolve("network.safetensors"), weights, types);
    try (WeightFile file = WeightFile.open(path)) {
      for (Kernels kernels : List.of(new ScalarKernels(), ConfiguredKernels.get())) {
        contract.check(new Run(file, kernels, weights));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everySumIsThatOfTheFormulas(ModelSpecification specification) throws IOException {
    check(
        specification,
        MatrixTypes.F32,
        run -> {
          for (int state = 0; state < STATES; state++) {
            float[] sums = run.sums(state);
            for (int i = 0; i < sums.length; i++) {
              boolean padding = i >= run.head.outputs();
              double expected = padding ? 0 : run.references[state].score(run.head, i);
              assertEquals(expected, sums[i], padding ? 0 : BOUND, run.where + ", output " + i);
            }
          }
        });
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aSumIsOneNumberHoweverItIsComputed(ModelSpecification specification) throws IOException {
    for (MatrixTypes types : List.of(MatrixTypes.F32, MatrixTypes.BF16, MatrixTypes.I8)) {
      check(
          specification,
          types,
          run -> {
            LinearHead linear = run.linear();
            for (int count = 1; count <= STATES; count++) {
              LinearHeadBatch batch = new LinearHeadBatch(linear, count, null);
              for (int state = 0; state < count; state++) {
                batch.setState(state, run.states[state]);
              }
              for (int block = 0; block < linear.blocks(); block++) {
                batch.score(block, count);
                for (int state = 0; state < count; state++) {
                  compare(run, batch, block, state);
                }
              }
            }
          });
    }
  }

  private static void compare(Run run, LinearHeadBatch batch, int block, int state) {
    float[] sums = run.sums(state);
    int first = block * LinearHead.BLOCK;
    for (int i = first; i < Math.min(first + LinearHead.BLOCK, run.head.outputs()); i++) {
      int expected = Float.floatToRawIntBits(sums[i]);
      float single = run.linear().score(run.states[state], i);
      assertEquals(expected, Float.floatToRawIntBits(single), run.where);
      float ofBatch = batch.scoreOf(state, i - first);
      assertEquals(expected, Float.floatToRawIntBits(ofBatch), run.where);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void onlyARankingHasCoarseWeights(ModelSpecification specification) throws IOException {
    check(
        specification,
        MatrixTypes.I8,
        run -> {
          assertEquals(run.head instanceof Ranking, run.linear().hasCoarse());
          if (run.linear().hasCoarse()) {
            for (int state = 0; state < STATES; state++) {
              assertBounded(run, state);
            }
          }
        });
  }

  /** The coarse sums plus their error bound are above the exact sums. */
  private static void assertBounded(Run run, int state) {
    LinearHead linear = run.linear();
    float[] sums = run.sums(state);
    float factor = linear.errorFactor(run.states[state]);
    MemorySegment bounds = LinearHead.newScores(linear.blocks());
    linear.upperBounds(run.states[state], factor, 0, linear.blocks(), bounds);
    for (int i = 0; i < run.head.outputs(); i++) {
      float bound = bounds.getAtIndex(LittleEndian.FLOAT, i) + linear.slack();
      assertTrue(bound >= sums[i], run.where + ": " + bound + " is below " + sums[i]);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aPredictionIsActivated(ModelSpecification specification) throws IOException {
    check(
        specification,
        MatrixTypes.F32,
        run -> {
          if (run.head instanceof Prediction head) {
            MemorySegment scratch = run.network.prediction().newScratch();
            float[] outputs = new float[head.outputs()];
            for (int state = 0; state < STATES; state++) {
              run.network.prediction().predict(run.states[state], scratch, outputs);
              double[] expected = run.references[state].predict(head);
              for (int i = 0; i < outputs.length; i++) {
                assertEquals(expected[i], outputs[i], BOUND, run.where);
              }
            }
            assertThrows(WrongTaskException.class, run.network::ranking);
          } else {
            assertThrows(WrongTaskException.class, run.network::prediction);
          }
        });
  }
}
