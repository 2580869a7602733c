package org.staccato.trainer.baseline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.staccato.trainer.evaluate.ValueModel;
import org.staccato.trainer.evaluate.ValueTask;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.Sequences;

/**
 * The baselines of a model that predicts values: for ratings the biases of user and item and the
 * mean of all ratings, for clicks the rate of the item and that of all items. They learn from every
 * event before the cases.
 */
public final class ValueBaselines {
  /** The number of events that the share of all clicks weighs in an item's rate. */
  private static final double RATE_STRENGTH = 10;

  private final ValueTask task;
  private int[] users = new int[1024];
  private int[] items = new int[1024];
  private float[] targets = new float[1024];
  private int count;

  private ValueBaselines(ValueTask task) {
    this.task = task;
  }

  /**
   * {@return the baselines}
   *
   * @param task the task
   * @param train the training part
   * @param before the cases before those that are measured, such as the validation part if they are
   *     the test part
   */
  public static List<ValueModel> learn(
      ValueTask task, Sequences train, List<EvaluationCases> before) {
    ValueBaselines events = new ValueBaselines(task);
    for (int sequence = 0; sequence < train.count(); sequence++) {
      events.add(train, sequence, 0);
    }
    for (EvaluationCases cases : before) {
      for (int sequence = 0; sequence < cases.sequences().count(); sequence++) {
        events.add(cases.sequences(), sequence, cases.firstTarget(sequence));
      }
    }
    return events.learn();
  }

  private void add(Sequences sequences, int sequence, int from) {
    for (int position = from; position < sequences.length(sequence); position++) {
      float value = sequences.value(sequence, position);
      if (Float.isNaN(value) || sequences.user(sequence) < 0) {
        continue;
      }
      if (count == items.length) {
        users = Arrays.copyOf(users, 2 * count);
        items = Arrays.copyOf(items, 2 * count);
        targets = Arrays.copyOf(targets, 2 * count);
      }
      users[count] = sequences.user(sequence);
      items[count] = sequences.item(sequence, position);
      targets[count++] = task.target(value);
    }
  }

  private List<ValueModel> learn() {
    int[] ofUsers = Arrays.copyOf(users, count);
    int[] ofItems = Arrays.copyOf(items, count);
    float[] ratings = Arrays.copyOf(targets, count);
    double sum = 0;
    for (float target : ratings) {
      sum += target;
    }
    double mean = sum / count;
    List<ValueModel> models = new ArrayList<>();
    if (task.kind() == ValueTask.Kind.CLICK) {
      boolean[] clicks = new boolean[count];
      for (int i = 0; i < count; i++) {
        clicks[i] = ratings[i] == 1;
      }
      RateBaseline rate = new RateBaseline(ofItems, clicks, RATE_STRENGTH);
      models.add(new Fixed("item rate", (user, item) -> rate.predict(item)));
    } else {
      BiasBaseline.Options options = BiasBaseline.Options.usual();
      BiasBaseline bias = new BiasBaseline(ofUsers, ofItems, ratings, options);
      models.add(new Fixed("user and item bias", bias::predict));
    }
    models.add(new Fixed("mean", (user, item) -> mean));
    return models;
  }

  private interface Prediction {
    double of(int user, int item);
  }

  /** A prediction that no event of the sequence changes. */
  private record Fixed(String name, Prediction prediction)
      implements ValueModel, ValueModel.Session {
    @Override
    public Session newSession() {
      return this;
    }

    @Override
    public void reset() {
      // Nothing was observed.
    }

    @Override
    public void observe(Sequences sequences, int sequence, int position) {
      // The prediction stays the same.
    }

    @Override
    public double predict(Sequences sequences, int sequence, int position) {
      return prediction.of(sequences.user(sequence), sequences.item(sequence, position));
    }
  }
}
