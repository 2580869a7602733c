package org.staccato.benchmarks;

import java.io.IOException;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;

/** Steps of the network of {@link StreamNetwork} with their outputs, through the API. */
final class StreamSteps implements AutoCloseable {
  private final LiveModel live;
  private final Scorer scorer;
  private final UserState user;
  private final float[] outputs = new float[1];
  private float[] input = StreamNetwork.inputs(1);

  StreamSteps(String types) throws IOException {
    live = LiveModel.open(BenchmarkWeights.write(StreamNetwork.random(), types));
    scorer = live.newScorer();
    user = scorer.newState();
  }

  void setInput(float[] x) {
    input = x;
  }

  void prepare() {
    scorer.prepare(user);
  }

  int step() {
    scorer.step(user, input);
    return scorer.predict(user, outputs);
  }

  float output() {
    return outputs[0];
  }

  @Override
  public void close() {
    live.close();
  }
}
