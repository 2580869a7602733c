package org.staccato.cli;

import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.staccato.trainer.learn.EpochReport;
import org.staccato.trainer.learn.Progress;
import org.staccato.trainer.learn.TrainingListener;

/**
 * Shows the progress of a training: on a terminal a bar per epoch, elsewhere a line every half
 * minute, and in both cases a line at the end of each epoch. Confined to one thread, which closes
 * it at the end.
 */
final class EpochProgress implements TrainingListener, AutoCloseable {
  private static final int UPDATE_MILLIS = 250;
  private static final double LEAST_SHARE = 0.05;
  private static final long LINE_NANOS = 30_000_000_000L;

  private final Console console;
  private final int epochs;
  private final String metric;
  private final LongSupplier clock;
  private long told;
  private @Nullable ProgressBar bar;

  EpochProgress(Console console, int epochs, String metric) {
    this(console, epochs, metric, System::nanoTime);
  }

  /** Creates a progress display with another clock, which counts nanoseconds. */
  EpochProgress(Console console, int epochs, String metric, LongSupplier clock) {
    this.console = console;
    this.epochs = epochs;
    this.metric = metric;
    this.clock = clock;
    this.told = clock.getAsLong();
  }

  @Override
  public void onProgress(Progress progress) {
    if (console.columns() == 0) {
      tell(progress);
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
    current.stepTo(progress.events());
    current.setExtraMessage(
        String.format(
            Locale.ROOT,
            " loss %.3f  %,.0f events/s%s",
            progress.loss(),
            progress.eventsPerSecond(),
            remaining(progress)));
  }

  /** Estimates the remaining time of the epoch, once enough of it has passed for an estimate. */
  static String remaining(Progress progress) {
    if (progress.events() < LEAST_SHARE * progress.totalEvents()) {
      return "";
    }
    double seconds =
        (progress.totalEvents() - progress.events()) / Math.max(1, progress.eventsPerSecond());
    return "  " + Figures.seconds(seconds) + " left";
  }

  private void tell(Progress progress) {
    long now = clock.getAsLong();
    if (now - told >= LINE_NANOS) {
      told = now;
      console.remark(
          String.format(
              Locale.ROOT,
              "epoch %2d/%d  %,d of %,d events  loss %.4f  %,.0f events/s",
              progress.epoch(),
              epochs,
              progress.events(),
              progress.totalEvents(),
              progress.loss(),
              progress.eventsPerSecond()));
    }
  }

  @Override
  public void onEpoch(EpochReport report) {
    close();
    told = clock.getAsLong();
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
