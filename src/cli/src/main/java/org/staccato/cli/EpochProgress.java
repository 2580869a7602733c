package org.staccato.cli;

import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.learn.EpochReport;
import org.staccato.trainer.learn.Progress;
import org.staccato.trainer.learn.TrainingListener;

/**
 * Shows how training goes: a bar per epoch on a terminal, and a line per epoch everywhere. Used by
 * one thread and closed at the end.
 */
final class EpochProgress implements TrainingListener, AutoCloseable {
  private static final int UPDATE_MILLIS = 250;

  private final Console console;
  private final int epochs;
  private final Metric metric;
  private @Nullable ProgressBar bar;

  EpochProgress(Console console, int epochs, Metric metric) {
    this.console = console;
    this.epochs = epochs;
    this.metric = metric;
  }

  @Override
  public void onProgress(Progress progress) {
    if (console.columns() == 0) {
      return;
    }
    ProgressBar current = bar;
    if (current == null) {
      current =
          new ProgressBarBuilder()
              .setTaskName("epoch " + progress.epoch() + "/" + epochs)
              .setInitialMax(progress.totalEvents())
              .setStyle(ProgressBarStyle.UNICODE_BLOCK)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .hideEta()
              .setConsumer(new ConsoleProgressBarConsumer(console.err(), console.columns()))
              .clearDisplayOnFinish()
              .build();
      bar = current;
    }
    double remaining =
        (progress.totalEvents() - progress.events()) / Math.max(1, progress.eventsPerSecond());
    current.stepTo(progress.events());
    current.setExtraMessage(
        String.format(
            Locale.ROOT,
            " loss %.3f  %,.0f events/s  %s left",
            progress.loss(),
            progress.eventsPerSecond(),
            Figures.seconds(remaining)));
  }

  @Override
  public void onEpoch(EpochReport report) {
    close();
    console.remark(
        String.format(
            Locale.ROOT,
            "epoch %2d/%d  loss %.4f  %s %s%s  %s  %,.0f events/s",
            report.epoch(),
            epochs,
            report.loss(),
            metric,
            Figures.metric(report.validationScore()),
            report.best() ? " *" : "  ",
            Figures.seconds(report.seconds()),
            report.eventsPerSecond()));
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
