package org.staccato.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.export.ReferenceNetwork;
import org.staccato.format.WeightFile;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.ScalarKernels;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;
import org.staccato.model.Attention;
import org.staccato.model.Convolution;
import org.staccato.model.FeatureInput;
import org.staccato.model.FeedForward;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Gru;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Residual;
import org.staccato.model.StateField;
import org.staccato.model.Weights;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** The contract of every kind of layer, in networks of several kinds over items and features. */
class LayerContractTest {
  private static final int STEPS = 7;
  private static final double BOUND = 2e-5;

  @TempDir Path folder;

  static Stream<ModelSpecification> networks() {
    return Stream.concat(
        Kinds.ofLayers().stream().flatMap(kind -> Kinds.networksOf(kind).stream()).distinct(),
        Kinds.networksOfEvents().stream());
  }

  @Test
  void allKindsAreThere() {
    assertEquals(
        Set.of(
            Lstm.class,
            Gru.class,
            LayerNorm.class,
            FeedForward.class,
            Residual.class,
            Convolution.class,
            Attention.class),
        Set.copyOf(Kinds.ofLayers()));
    for (Class<?> kind : Kinds.ofLayers()) {
      Layer layer = Kinds.layer(kind, 4, 4);
      assertEquals(kind, layer.getClass());
      assertEquals(4, layer.inputs());
      assertEquals(4, layer.width());
      assertFalse(Kinds.networksOf(kind).isEmpty());
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
    Set<String> names = new HashSet<>();
    for (Parameter parameter : specification.parameters()) {
      assertTrue(names.add(parameter.name()), parameter.name());
      assertTrue(parameter.elements() > 0, parameter.name());
    }
    for (int number = 0; number < specification.layers().size(); number++) {
      Layer layer = specification.layers().get(number);
      Set<String> fields = new HashSet<>();
      for (StateField field : layer.state()) {
        assertTrue(fields.add(field.name()), field.name());
        assertTrue(field.size() > 0 && field.bound() > 0, field.toString());
      }
      for (Parameter parameter : layer.parameters()) {
        assertTrue(names.contains(ModelSpecification.layerName(number, parameter.name())));
        assertFalse(parameter.name().contains("."), parameter.name());
      }
    }
  }

  /** A network of a file on a backend, and what drives it. */
  private record Driven(Network network, Weights weights, List<Event> events, String where) {
    LayerStack stack() {
      return network.stack();
    }

    StepScratch newScratch() {
      return new StepScratch(stack(), null);
    }

    void step(MemorySegment state, boolean prepared, StepScratch scratch, int event) {
      events.get(event).step(stack(), state, prepared, scratch);
    }
  }

  /** What one step takes. */
  private sealed interface Event {
    void step(LayerStack stack, MemorySegment state, boolean prepared, StepScratch scratch);

    void set(LayerBatch batch, int index);

    void step(ReferenceNetwork reference);
  }

  /** An item and the value of each attribute. */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares events.
  private record ItemEvent(int item, int... values) implements Event {
    @Override
    public void step(LayerStack stack, MemorySegment state, boolean prepared, StepScratch scratch) {
      for (int i = 0; i < values.length; i++) {
        scratch.setEvent(i, values[i]);
      }
      stack.step(state, prepared, scratch, item);
    }

    @Override
    public void set(LayerBatch batch, int index) {
      batch.setItem(index, item);
      for (int i = 0; i < values.length; i++) {
        batch.setEvent(index, i, values[i]);
      }
    }

    @Override
    public void step(ReferenceNetwork reference) {
      reference.step(item, values);
    }
  }

  private record FeatureEvent(float[] features) implements Event {
    @Override
    public void step(LayerStack stack, MemorySegment state, boolean prepared, StepScratch scratch) {
      scratch.setFeatures(features, 0);
      stack.step(state, prepared, scratch);
    }

    @Override
    public void set(LayerBatch batch, int index) {
      batch.setFeatures(index, features, 0);
    }

    @Override
    public void step(ReferenceNetwork reference) {
      reference.step(FloatMatrix.of(features, features.length), 0);
    }
  }

  private static Event event(Random random, ModelSpecification specification) {
    return switch (specification.input()) {
      case ItemInput items ->
          new ItemEvent(
              random.nextInt(items.items()),
              items.attributes().stream()
                  .mapToInt(attribute -> random.nextInt(attribute.values()))
                  .toArray());
      case FeatureInput features ->
          new FeatureEvent(RandomNetworks.floats(random, features.width(), 1));
    };
  }

  /** Runs a contract on a random network of a specification, on each backend. */
  private void check(ModelSpecification specification, Consumer<Driven> contract)
      throws IOException {
    long seed = RandomSeed.of(specification.hashCode());
    Random random = new Random(seed);
    Weights weights = RandomNetworks.weights(random, specification);
    List<Event> events = Stream.generate(() -> event(random, specification)).limit(STEPS).toList();
    Path path = ModelFiles.write(folder.resolve("network.safetensors"), weights);
    try (WeightFile file = WeightFile.open(path)) {
      for (Kernels kernels : List.of(new ScalarKernels(), ConfiguredKernels.get())) {
        String where = kernels.name() + ", seed " + seed;
        contract.accept(new Driven(Network.open(file, kernels), weights, events, where));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everyFieldIsThatOfTheFormulas(ModelSpecification specification) throws IOException {
    check(
        specification,
        driven -> {
          MemorySegment state = driven.stack().newState();
          StepScratch scratch = driven.newScratch();
          ReferenceNetwork reference = new ReferenceNetwork(driven.weights);
          for (int event = 0; event < STEPS; event++) {
            driven.step(state, false, scratch, event);
            driven.events.get(event).step(reference);
            assertNear(reference, driven, state, driven.where + ", step " + event);
          }
        });
  }

  private static void assertNear(
      ReferenceNetwork reference, Driven driven, MemorySegment state, String where) {
    for (StateLayout.Field field : driven.stack().fields()) {
      String name = field.field().name();
      boolean output = name.equals(ModelSpecification.OUTPUT_FIELD);
      double[] expected = output ? reference.output() : reference.field(field.layer(), name);
      for (int i = 0; i < expected.length; i++) {
        double value = at(state, field.offset(), i);
        assertEquals(expected[i], value, BOUND, where + ", layer " + field.layer() + " " + name);
        assertTrue(Math.abs(value) <= field.field().bound(), where + ": " + value);
      }
    }
    double[] output = reference.output();
    for (int i = 0; i < output.length; i++) {
      assertEquals(output[i], at(state, driven.stack().outputOffset(), i), BOUND, where);
    }
  }

  private static float at(MemorySegment memory, long offset, int index) {
    return memory.get(LittleEndian.FLOAT, offset + (long) index * Float.BYTES);
  }

  /** Asserts that two states are the same, bit for bit, the padding included. */
  private static void assertSame(Driven driven, MemorySegment expected, MemorySegment found) {
    long size = driven.stack().stateSize();
    long mismatch = expected.asSlice(0, size).mismatch(found.asSlice(0, size));
    assertEquals(-1, mismatch, driven.where);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aPreparedStepGivesTheSameBits(ModelSpecification specification) throws IOException {
    check(
        specification,
        driven -> {
          MemorySegment plain = driven.stack().newState();
          MemorySegment prepared = driven.stack().newState();
          MemorySegment before = driven.stack().newState();
          StepScratch scratch = driven.newScratch();
          for (int event = 0; event < STEPS; event++) {
            before.copyFrom(prepared);
            driven.stack().prepare(prepared);
            assertSame(driven, before, prepared);
            driven.step(plain, false, scratch, event);
            driven.step(prepared, true, scratch, event);
            assertSame(driven, plain, prepared);
          }
        });
  }

  /** Earlier contents of a scratch, even those of other versions, never affect a result. */
  @ParameterizedTest
  @MethodSource("networks")
  void scratchIsWrittenBeforeItIsRead(ModelSpecification specification) throws IOException {
    check(
        specification,
        driven -> {
          MemorySegment plain = driven.stack().newState();
          MemorySegment other = driven.stack().newState();
          for (int event = 0; event < STEPS; event++) {
            StepScratch used = driven.newScratch();
            used.memory.fill((byte) 0xff);
            driven.step(plain, false, driven.newScratch(), event);
            driven.step(other, false, new StepScratch(driven.stack(), used), event);
            assertSame(driven, plain, other);
          }
        });
  }

  /** States with different numbers of steps behind them. */
  private static MemorySegment[] states(Driven driven, int count) {
    MemorySegment[] states = new MemorySegment[count];
    StepScratch scratch = driven.newScratch();
    for (int i = 0; i < count; i++) {
      states[i] = driven.stack().newState();
      for (int event = 0; event < i; event++) {
        driven.step(states[i], false, scratch, event);
      }
    }
    return states;
  }

  private static MemorySegment[] copies(MemorySegment[] states) {
    MemorySegment[] copies = new MemorySegment[states.length];
    for (int i = 0; i < copies.length; i++) {
      copies[i] = OffHeap.allocate(states[i].byteSize());
      copies[i].copyFrom(states[i]);
    }
    return copies;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aStepOfManyStatesGivesTheBitsOfSingleSteps(ModelSpecification specification)
      throws IOException {
    check(
        specification,
        driven -> {
          for (int count = 1; count <= STEPS; count++) {
            LayerBatch used = new LayerBatch(driven.stack(), count, null);
            used.vectors.memory().fill((byte) 0xff);
            used.recurrentSums.memory().fill((byte) 0xff);
            LayerBatch batch = new LayerBatch(driven.stack(), count, used);
            MemorySegment[] single = states(driven, count);
            MemorySegment[] many = copies(single);
            MemorySegment[] prepared = copies(single);
            StepScratch scratch = driven.newScratch();
            for (int i = 0; i < count; i++) {
              driven.step(single[i], false, scratch, STEPS - 1 - i);
            }
            setEvents(driven, batch, count);
            batch.step(many, false, count);
            batch.prepare(prepared, count);
            setEvents(driven, batch, count);
            batch.step(prepared, true, count);
            for (int i = 0; i < count; i++) {
              assertSame(driven, single[i], many[i]);
              assertSame(driven, single[i], prepared[i]);
            }
          }
        });
  }

  private static void setEvents(Driven driven, LayerBatch batch, int count) {
    for (int i = 0; i < count; i++) {
      driven.events.get(STEPS - 1 - i).set(batch, i);
    }
  }

  /** Preparing a batch of states gives the same bits as preparing each state alone. */
  @ParameterizedTest
  @MethodSource("networks")
  void manyStatesArePreparedAsOneIs(ModelSpecification specification) throws IOException {
    check(
        specification,
        driven -> {
          MemorySegment[] single = states(driven, STEPS);
          MemorySegment[] many = copies(single);
          for (MemorySegment state : single) {
            driven.stack().prepare(state);
          }
          new LayerBatch(driven.stack(), STEPS, null).prepare(many, STEPS);
          for (int i = 0; i < STEPS; i++) {
            assertEquals(-1, single[i].mismatch(many[i]), driven.where);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aWindowComesCloseToSingleSteps(ModelSpecification specification) throws IOException {
    check(
        specification,
        driven -> {
          for (int steps = 1; steps <= STEPS; steps++) {
            LayerBatch batch = new LayerBatch(driven.stack(), STEPS, null);
            ReferenceNetwork reference = new ReferenceNetwork(driven.weights);
            MemorySegment state = driven.stack().newState();
            for (int step = 0; step < steps; step++) {
              driven.events.get(step).set(batch, step);
              driven.events.get(step).step(reference);
            }
            batch.window(state, steps);
            assertNear(reference, driven, state, driven.where + ", window of " + steps);
          }
        });
  }

  /** A window goes on where single steps ended. */
  @ParameterizedTest
  @MethodSource("networks")
  void aWindowContinuesAState(ModelSpecification specification) throws IOException {
    check(
        specification,
        driven -> {
          LayerBatch batch = new LayerBatch(driven.stack(), STEPS, null);
          ReferenceNetwork reference = new ReferenceNetwork(driven.weights);
          MemorySegment state = driven.stack().newState();
          StepScratch scratch = driven.newScratch();
          for (int step = 0; step < STEPS; step++) {
            if (step < 3) {
              driven.step(state, false, scratch, step);
            } else {
              driven.events.get(step).set(batch, step - 3);
            }
            driven.events.get(step).step(reference);
          }
          batch.window(state, STEPS - 3);
          assertNear(reference, driven, state, driven.where);
        });
  }
}
