package org.staccato.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.model.Event;
import org.staccato.model.ItemInput;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Ranking;
import org.staccato.model.Weights;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.RandomNetworks;

/**
 * One step of an LSTM on an event with attributes, through the API: the difference to none is the
 * price of reading their values and adding their rows.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EventStepBenchmark {
  /** The number of hidden units. */
  @Param({"32", "64", "128"})
  int size;

  /** The number of attributes: of a category, a level, a gap, an hour and a weekday the first. */
  @Param({"0", "1", "5"})
  int attributes;

  private final Event event = new Event();
  private LiveModel live;
  private Scorer scorer;
  private UserState user;
  private long millis;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public EventStepBenchmark() {}

  /**
   * Opens a random model.
   *
   * @throws IOException if the temporary file fails
   */
  @Setup
  public void open() throws IOException {
    ItemInput input =
        new ItemInput(ItemSteps.ITEMS, size, ItemKeys.Kind.LONG)
            .withAttributes(Kinds.attributes().subList(0, attributes));
    ModelSpecification specification =
        new ModelSpecification(
            input,
            List.of(new Lstm(size, size)),
            List.of(new Ranking(Ranking.NEXT, size, ItemSteps.ITEMS, true)));
    Weights weights = RandomNetworks.weights(new Random(size), specification);
    live = LiveModel.open(BenchmarkWeights.write(weights, "F32"));
    scorer = live.newScorer();
    user = scorer.newState();
  }

  /** Closes the model. */
  @TearDown
  public void close() {
    live.close();
  }

  /** A step on the vector backend. */
  @Benchmark
  @Fork(
      value = 2,
      jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
  public void vector() {
    event.item(ItemSteps.after(event.item())).type("view").value(event.item() % 5);
    event.previousMillis(millis);
    millis += 977L * event.item();
    scorer.step(user, event.millis(millis));
  }
}
