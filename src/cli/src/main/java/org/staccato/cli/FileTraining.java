package org.staccato.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.export.ResumableModel;
import org.staccato.model.Weights;
import org.staccato.trainer.MemoryTraining;
import org.staccato.trainer.TrainingPipeline;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Evaluator;
import org.staccato.trainer.evaluate.ItemVectors;
import org.staccato.trainer.learn.EpochReport;
import org.staccato.trainer.learn.TrainingListener;
import org.staccato.trainer.learn.TrainingResult;
import org.staccato.trainer.sequence.ItemCounts;
import org.staccato.trainer.sequence.Sequences;
import org.staccato.trainer.sequence.Split;

/**
 * Trains the network of a run and writes its weight file: from the beginning or from an earlier
 * file, once or with a refit.
 */
final class FileTraining {
  private final TrainingRun run;
  private final TrainingPipeline pipeline;
  private final Instant date;
  private final Console console;
  private final Interruption interruption;

  FileTraining(TrainingRun run, Instant date, Console console, Interruption interruption) {
    this.run = run;
    this.date = date;
    this.console = console;
    this.interruption = interruption;
    pipeline =
        new TrainingPipeline(
            run.data().split(), run.network(), run.options(), run.metric(), run.data().learning());
  }

  /**
   * A training whose file is written.
   *
   * @param result the training that validation has judged
   * @param weights the weights in the file
   * @param learnt the sequences that they were learnt from
   * @param validation the file as it was served before a refit, then the baselines, on the
   *     validation cases; empty without a refit, which leaves them to be measured
   */
  record Trained(
      TrainingResult result,
      Weights weights,
      Sequences learnt,
      List<EvaluationResult> validation) {}

  /**
   * Trains and writes.
   *
   * @param memory the memory that the file gets, or null for none
   * @throws InterruptedRunException if a signal ends the training; the best epoch so far is then
   *     written
   */
  Trained run(@Nullable MemoryPlan memory) throws IOException, InterruptedException {
    try (ResumableModel earlier = openEarlier()) {
      if (earlier != null) {
        startFrom(earlier);
      }
      int epochs = run.options().stopping().epochs();
      TrainingResult result =
          memory != null && memory.alone()
              ? MemoryTraining.countPopularity(run.data().split())
              : train(
                  pipeline,
                  new EpochProgress(console, epochs, run.metric().toString()),
                  interruption);
      String provenance = JSON.std.asString(run.provenance(result, date));
      write(result.weights(), provenance);
      if (memory != null) {
        writing(
            () ->
                memory.addTo(
                    run.output(),
                    run.data().split(),
                    run.metric(),
                    run.options().threads(),
                    console));
      }
      requireUninterrupted(result, run.output(), interruption);
      Split split = run.data().split();
      if (!run.fitting().refit()) {
        return new Trained(result, result.weights(), split.train(), List.of());
      }
      List<EvaluationResult> validation = measureValidation(result);
      Weights weights = refit(result.bestEpoch());
      write(weights, provenance);
      return new Trained(result, weights, split.trainAndValidation(), validation);
    }
  }

  private @Nullable ResumableModel openEarlier() throws IOException {
    Path from = run.fitting().resume();
    return from == null ? null : ResumableModel.open(from);
  }

  private void startFrom(ResumableModel earlier) {
    int fresh;
    try {
      fresh = pipeline.startFrom(earlier);
    } catch (IllegalArgumentException mistake) {
      throw new BadInputException(
          run.fitting().resume() + ": " + Failure.oneSentence(mistake.getMessage()));
    }
    int kept = run.data().split().items().size() - fresh;
    console.remark(
        "going on from %s: %s items stay, %s are new, %s are gone"
            .formatted(
                run.fitting().resume(),
                Figures.count(kept),
                Figures.count(fresh),
                Figures.count(earlier.keys().size() - kept)));
  }

  /** Trains to the end or until a signal. */
  static TrainingResult train(
      TrainingPipeline pipeline, EpochProgress shown, Interruption interruption)
      throws IOException, InterruptedException {
    try (EpochProgress progress = shown) {
      interruption.interruptAndWait();
      return pipeline.train(progress);
    } catch (InterruptedException interrupted) {
      return pipeline
          .best()
          .orElseThrow(
              () -> new InterruptedRunException("interrupted " + TrainingRun.NOTHING_WRITTEN));
    } finally {
      interruption.onlyWait();
    }
  }

  /** Ends a run whose best epoch is written, if a signal ended its training. */
  static void requireUninterrupted(TrainingResult result, Path output, Interruption interruption) {
    if (interruption.happened()) {
      throw new InterruptedRunException(
          "interrupted after epoch "
              + result.epochs().size()
              + ": wrote epoch "
              + result.bestEpoch()
              + ", the best so far, to "
              + output
              + ", which is not measured");
    }
  }

  private List<EvaluationResult> measureValidation(TrainingResult result) throws IOException {
    console.remark("measuring the validation before the refit");
    try (LiveModel live = LiveModel.open(run.output())) {
      Sequences train = run.data().split().train();
      return Measuring.measure(
          run.models(live, train),
          run.data().split().validation(),
          evaluator(run, train, result.weights()));
    }
  }

  /**
   * Makes the evaluator of a run for weights and what they were learnt from.
   *
   * @param weights those whose embeddings tell how diverse a list is, null for none
   */
  static Evaluator evaluator(TrainingRun run, Sequences learnt, @Nullable Weights weights) {
    Evaluator evaluator =
        run.measuring().evaluator(run.options().threads()).withTraining(new ItemCounts(learnt));
    return weights == null
        ? evaluator
        : evaluator.withVectors(new ItemVectors(weights.embedding()));
  }

  private Weights refit(int epochs) throws IOException, InterruptedException {
    TrainingListener progress =
        new TrainingListener() {
          @Override
          public void onEpoch(EpochReport report) {
            console.remark(
                String.format(
                    Locale.ROOT,
                    "refit %2d/%d  loss %.4f  %s  %,.0f events/s",
                    report.epoch(),
                    epochs,
                    report.loss(),
                    Figures.seconds(report.seconds()),
                    report.eventsPerSecond()));
          }
        };
    try {
      interruption.interruptAndWait();
      return pipeline.refit(epochs, progress).weights();
    } catch (InterruptedException interrupted) {
      throw new InterruptedRunException(
          "interrupted in the refit: "
              + run.output()
              + " has epoch "
              + epochs
              + ", the best on the validation, which was not learnt from");
    } finally {
      interruption.onlyWait();
    }
  }

  private void write(Weights weights, String provenance) throws IOException {
    if (run.fitting().resumable()) {
      writing(() -> pipeline.writeResumable(run.output(), weights, provenance));
    } else {
      writing(() -> pipeline.write(run.output(), weights, provenance));
    }
  }

  /** Writes a file. */
  interface FileWrite {
    void run() throws IOException;
  }

  /** Turns a failure to write into one that says so. */
  static void writing(FileWrite write) throws IOException {
    try {
      write.run();
    } catch (IOException failure) {
      throw new CannotWriteException(Failure.of(failure).sentence());
    }
  }
}
