package org.staccato.trainer.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.Sequences;

/**
 * Ranks the whole catalogue for every case and reports metrics of the ranks of the targets.
 *
 * <p>The rank of a target is 1 plus the number of other eligible items whose score is not lower:
 * ties, and scores that are not numbers, count against the model. Results do not depend on the
 * number of threads: all sums are of integers.
 *
 * <p>Immutable and safe to share between threads.
 */
public final class Evaluator {
  /** The number of sequences that a thread takes at once. */
  private static final int CHUNK = 8;

  private final int[] cutoffs;
  private final int threads;

  /**
   * Creates an evaluator.
   *
   * @param cutoffs the lengths of recommendation lists to measure at, each at least 1; in any order
   * @param threads the number of threads to use, at least 1
   * @throws IllegalArgumentException if a number is out of range or there is no cutoff
   */
  public Evaluator(int[] cutoffs, int threads) {
    this.cutoffs = Arrays.stream(cutoffs).distinct().sorted().toArray();
    this.threads = threads;
    if (this.cutoffs.length == 0 || this.cutoffs[0] < 1) {
      throw new IllegalArgumentException(
          "cutoffs: found " + Arrays.toString(cutoffs) + ", expected one or more, each at least 1");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads: found " + threads + ", expected at least 1");
    }
  }

  /**
   * {@return the metrics of a model on cases}
   *
   * @param model the model; each thread opens a session of its own
   * @param cases the targets to predict
   * @throws IllegalArgumentException if the model and the cases have catalogues of different sizes
   * @throws CancellationException if the calling thread is interrupted
   */
  public EvaluationResult evaluate(NextItemModel model, EvaluationCases cases) {
    if (model.items() != cases.sequences().items()) {
      throw new IllegalArgumentException(
          "catalogue of "
              + model.name()
              + ": found "
              + model.items()
              + " items, expected "
              + cases.sequences().items());
    }
    List<CaseRanking> rankings = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      rankings.add(new CaseRanking(model.items(), cutoffs));
    }
    AtomicInteger next = new AtomicInteger();
    if (threads == 1) {
      rank(model, cases, next, rankings.getFirst());
    } else {
      try (ExecutorService pool =
          Executors.newFixedThreadPool(
              threads, Thread.ofPlatform().name("evaluate-", 0).factory())) {
        List<Future<?>> running = new ArrayList<>();
        for (CaseRanking ranking : rankings) {
          running.add(pool.submit(() -> rank(model, cases, next, ranking)));
        }
        for (Future<?> future : running) {
          join(future, next, cases.sequences());
        }
      }
    }
    return result(model, cases, rankings);
  }

  private static void rank(
      NextItemModel model, EvaluationCases cases, AtomicInteger next, CaseRanking ranking) {
    Sequences sequences = cases.sequences();
    NextItemModel.Session session = model.newSession();
    for (int chunk = next.getAndAdd(CHUNK);
        chunk < sequences.count() && chunk >= 0;
        chunk = next.getAndAdd(CHUNK)) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("the evaluation was interrupted");
      }
      for (int i = chunk; i < Math.min(chunk + CHUNK, sequences.count()); i++) {
        ranking.rank(session, cases, i);
      }
    }
  }

  private static void join(Future<?> future, AtomicInteger next, Sequences sequences) {
    try {
      future.get();
    } catch (InterruptedException e) {
      next.set(sequences.count()); // The other threads stop after their current chunk.
      Thread.currentThread().interrupt();
      CancellationException cancelled = new CancellationException("the evaluation was interrupted");
      cancelled.initCause(e);
      throw cancelled;
    } catch (ExecutionException e) {
      next.set(sequences.count());
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  private EvaluationResult result(
      NextItemModel model, EvaluationCases cases, List<CaseRanking> rankings) {
    double divisor = Math.max(1, cases.cases());
    List<EvaluationResult.Metrics> metrics = new ArrayList<>();
    for (int at = 0; at < cutoffs.length; at++) {
      long hits = 0;
      double reciprocal = 0;
      double discounted = 0;
      for (int rank = 1; rank <= cutoffs[at]; rank++) {
        long count = 0;
        for (CaseRanking ranking : rankings) {
          count += ranking.casesAt(rank);
        }
        hits += count;
        reciprocal += (double) count / rank;
        discounted += count * Math.log(2) / Math.log(rank + 1.0);
      }
      BitSet recommended = new BitSet(model.items());
      for (CaseRanking ranking : rankings) {
        recommended.or(ranking.recommended(at));
      }
      metrics.add(
          new EvaluationResult.Metrics(
              cutoffs[at],
              hits / divisor,
              reciprocal / divisor,
              discounted / divisor,
              (double) recommended.cardinality() / model.items()));
    }
    return new EvaluationResult(model.name(), cases.cases(), metrics);
  }
}
