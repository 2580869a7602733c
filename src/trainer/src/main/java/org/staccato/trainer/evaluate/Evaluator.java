package org.staccato.trainer.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.ItemCounts;
import org.staccato.trainer.sequence.Sequences;

/**
 * Ranks the whole catalogue for every case and reports metrics of the ranks of the targets.
 *
 * <p>The rank of a target is 1 plus the number of other eligible items whose score is not lower:
 * ties, and scores that are not numbers, count against the model. Results do not depend on the
 * number of threads: sums are of integers or follow the order of the cases.
 *
 * <p>Immutable and safe to share between threads.
 */
public final class Evaluator {
  /** The number of sequences that a thread takes at once. */
  private static final int CHUNK = 8;

  private final int[] cutoffs;
  private final int threads;
  private final @Nullable ItemCounts train;
  private final @Nullable ItemVectors vectors;

  /**
   * Creates an evaluator.
   *
   * @param cutoffs the lengths of recommendation lists to measure at, each at least 1; in any order
   * @param threads the number of threads to use, at least 1
   * @throws IllegalArgumentException if a number is out of range or there is no cutoff
   */
  public Evaluator(int[] cutoffs, int threads) {
    this(Arrays.stream(cutoffs).distinct().sorted().toArray(), threads, null, null);
    if (this.cutoffs.length == 0 || this.cutoffs[0] < 1) {
      throw new IllegalArgumentException(
          "cutoffs: found " + Arrays.toString(cutoffs) + ", expected one or more, each at least 1");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads: found " + threads + ", expected at least 1");
    }
  }

  private Evaluator(
      int[] cutoffs, int threads, @Nullable ItemCounts train, @Nullable ItemVectors vectors) {
    this.cutoffs = cutoffs;
    this.threads = threads;
    this.train = train;
    this.vectors = vectors;
  }

  /**
   * {@return an evaluator that also measures novelty and the share of cold items}
   *
   * @param train the training events of each item
   */
  public Evaluator withTraining(ItemCounts train) {
    return new Evaluator(cutoffs, threads, train, vectors);
  }

  /**
   * {@return an evaluator that also measures the diversity of the lists}
   *
   * @param vectors a vector of each item of the catalogue
   */
  public Evaluator withVectors(ItemVectors vectors) {
    return new Evaluator(cutoffs, threads, train, vectors);
  }

  /**
   * {@return the metrics of a model on cases}
   *
   * @param model the model; each thread opens a session of its own
   * @param cases the targets to predict
   * @throws IllegalArgumentException if the model, the cases, the training counts and the vectors
   *     have catalogues of different sizes, or there are more than 2³¹−1 cases
   * @throws CancellationException if the calling thread is interrupted
   */
  public EvaluationResult evaluate(NextItemModel model, EvaluationCases cases) {
    if (cases.cases() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "cases: found " + cases.cases() + ", expected at most " + Integer.MAX_VALUE);
    }
    int items = cases.sequences().items();
    checkItems(model.name(), model.items(), items);
    checkItems("the training counts", train == null ? items : train.items(), items);
    checkItems("the item vectors", vectors == null ? items : vectors.items(), items);
    CaseRanks ranks = new CaseRanks(cases);
    int longest = Math.min(model.items(), cutoffs[cutoffs.length - 1]);
    List<CaseRanking> rankings = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      List<RecommendedLists> lists =
          Arrays.stream(cutoffs)
              .mapToObj(cutoff -> new RecommendedLists(model.items(), cutoff, vectors))
              .toList();
      rankings.add(new CaseRanking(model.items(), longest, ranks, lists));
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
    return result(model, ranks, rankings);
  }

  private static void checkItems(String owner, int found, int expected) {
    if (found != expected) {
      throw new IllegalArgumentException(
          "catalogue of " + owner + ": found " + found + " items, expected " + expected);
    }
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

  private EvaluationResult result(NextItemModel model, CaseRanks ranks, List<CaseRanking> threads) {
    List<EvaluationResult.Metrics> metrics = new ArrayList<>();
    for (int at = 0; at < cutoffs.length; at++) {
      RecommendedLists lists = threads.getFirst().lists().get(at);
      for (CaseRanking other : threads.subList(1, threads.size())) {
        lists.add(other.lists().get(at));
      }
      metrics.add(
          new EvaluationResult.Metrics(
              cutoffs[at],
              mean(ranks, new Metric(Metric.Kind.HR, cutoffs[at])),
              mean(ranks, new Metric(Metric.Kind.MRR, cutoffs[at])),
              mean(ranks, new Metric(Metric.Kind.NDCG, cutoffs[at])),
              lists.measures(train)));
    }
    return new EvaluationResult(model.name(), ranks.count(), metrics, ranks);
  }

  private static double mean(CaseRanks ranks, Metric metric) {
    double sum = 0;
    for (int i = 0; i < ranks.count(); i++) {
      sum += metric.gain(ranks.rank(i));
    }
    return ranks.count() == 0 ? 0 : sum / ranks.count();
  }
}
