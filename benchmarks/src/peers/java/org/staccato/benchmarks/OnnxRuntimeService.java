package org.staccato.benchmarks;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.staccato.load.openloop.Requests;
import org.staccato.load.scenario.AnswerCounts;
import org.staccato.load.scenario.Service;
import org.staccato.model.Weights;

/**
 * Serves two versions of an LSTM layer through ONNX Runtime's Java API. The swap is the usual one
 * without a count of readers: a volatile reference holds the session, and the old session is closed
 * a second after the swap, long after its last request has ended. A request copies a user's state
 * in, makes a step, and compares the result with the known answer of that version; there is no
 * ranking.
 */
final class OnnxRuntimeService implements Service {
  private static final int QUESTIONS = 1 << 10;
  private static final int COMPARED = 10;
  private static final long CLOSE_AFTER_MILLIS = 1000;

  /** A version: its session, and the number of its model, 0 or 1. */
  private record Version(OrtSession session, int number) {}

  private final int size;
  private final List<byte[]> models;
  private final long[][] expected;
  private final float[][] inputs = new float[QUESTIONS][];
  private final float[][] hidden = new float[QUESTIONS][];
  private final float[][] cells = new float[QUESTIONS][];
  private final AtomicInteger open = new AtomicInteger();
  private final ScheduledExecutorService closing =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("closing").unstarted(task));
  private volatile Version current;

  /**
   * Opens the first version.
   *
   * @param size the number of inputs and of hidden units
   */
  OnnxRuntimeService(int size) throws OrtException {
    this.size = size;
    Weights first = BenchmarkWeights.layer(size);
    Weights second = BenchmarkWeights.layer(size, -size);
    models = List.of(OnnxLstm.step(first), OnnxLstm.step(second));
    Random random = new Random(1);
    for (int question = 0; question < QUESTIONS; question++) {
      inputs[question] = BenchmarkWeights.floats(random, size, 1);
      hidden[question] = BenchmarkWeights.floats(random, size, 0.3);
      cells[question] = BenchmarkWeights.floats(random, size, 0.5);
    }
    expected = new long[models.size()][QUESTIONS];
    for (int version = 0; version < models.size(); version++) {
      try (OrtSession session = OnnxSession.open(models.get(version))) {
        Asking asking = new Asking();
        for (int question = 0; question < QUESTIONS; question++) {
          expected[version][question] = asking.ask(session, question);
        }
      }
    }
    current = open(0);
  }

  /** The tensors of a thread. */
  private final class Asking {
    private final OnnxSession tensors = new OnnxSession(models.getFirst());
    private final FloatBuffer input;
    private final List<FloatBuffer> h;
    private final List<FloatBuffer> c;

    Asking() throws OrtException {
      tensors.addInput("x", 1, size);
      tensors.addStates(0, size);
      input = tensors.buffer("x");
      h = List.of(tensors.buffer("h0/0"), tensors.buffer("h0/1"));
      c = List.of(tensors.buffer("c0/0"), tensors.buffer("c0/1"));
    }

    /** Makes a step of the user of a question and returns the fingerprint of the new state. */
    long ask(OrtSession session, int question) throws OrtException {
      input.put(0, inputs[question]);
      h.get(tensors.turn()).put(0, hidden[question]);
      c.get(tensors.turn()).put(0, cells[question]);
      tensors.run(session);
      FloatBuffer answer = h.get(tensors.turn());
      long mixed = 0;
      for (int unit = 0; unit < COMPARED; unit++) {
        mixed = mixed * 0x9E3779B97F4A7C15L + Float.floatToRawIntBits(answer.get(unit));
      }
      return mixed;
    }
  }

  private Version open(int number) throws OrtException {
    Version version = new Version(OnnxSession.open(models.get(number)), number);
    open.incrementAndGet();
    return version;
  }

  @Override
  public String name() {
    return "ONNX Runtime";
  }

  @Override
  public String filePrefix() {
    return "onnx-runtime-";
  }

  @Override
  public Requests newRequests(int thread, AnswerCounts counts) throws OrtException {
    Asking asking = new Asking();
    return number -> {
      int question = (int) (number * 7919 & (QUESTIONS - 1));
      Version version = current;
      long answer = asking.ask(version.session, question);
      counts.count(version.number, expected[version.number][question], answer);
    };
  }

  @Override
  public void swap() throws OrtException {
    Version old = current;
    current = open(1 - old.number);
    // A session that cannot be closed remains among the sessions that are held.
    Future<?> _ =
        closing.schedule(() -> close(old), CLOSE_AFTER_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void close(Version version) {
    try {
      version.session.close();
      open.decrementAndGet();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot close a session", e);
    }
  }

  @Override
  public Holdings holdings() {
    return new Holdings(open.get(), -1);
  }

  @Override
  public void close() {
    // This waits until the scheduled sessions are closed.
    closing.close();
    close(current);
  }
}
