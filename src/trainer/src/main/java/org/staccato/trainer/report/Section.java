package org.staccato.trainer.report;

import java.util.List;
import org.staccato.trainer.evaluate.EvaluationResult;

/** A part of a {@link Report} under a heading of its own. */
public sealed interface Section {

  /** {@return the heading} */
  String title();

  /**
   * What a reader has to know before the figures.
   *
   * @param sentences one sentence each
   */
  record Warnings(List<String> sentences) implements Section {
    /** Copies the list. */
    public Warnings {
      sentences = List.copyOf(sentences);
    }

    @Override
    public String title() {
      return sentences.size() == 1 ? "A warning" : "Warnings";
    }
  }

  /**
   * Names and their values, such as the options of a run.
   *
   * @param title the heading
   * @param facts the names and values, in the order to be shown
   */
  record Facts(String title, List<Fact> facts) implements Section {
    /** Copies the list. */
    public Facts {
      facts = List.copyOf(facts);
    }
  }

  /**
   * A name and its value.
   *
   * @param name what the value is of
   * @param value the value with its unit, as it is shown
   */
  record Fact(String name, String value) {}

  /**
   * Quantities that were read once per epoch, each drawn over the epochs with an axis of its own.
   *
   * @param title the heading
   * @param curves the quantities
   */
  record Curves(String title, List<Curve> curves) implements Section {
    /** Copies the list. */
    public Curves {
      curves = List.copyOf(curves);
    }
  }

  /**
   * A quantity that was read once per epoch.
   *
   * @param name the quantity with its unit
   * @param values the values of the epochs from 1 on; not finite where there is none
   * @param markedEpoch the epoch to mark, from 1 on, or 0 to mark none
   */
  record Curve(String name, List<Double> values, int markedEpoch) {
    /** Copies the list. */
    public Curve {
      values = List.copyOf(values);
    }
  }

  /**
   * Models, measured on the same cases at the same cutoffs.
   *
   * @param title the heading
   * @param note one sentence on the cases, or an empty text
   * @param results one result per model, in the order to be shown; the first is the one reported on
   */
  record Comparison(String title, String note, List<EvaluationResult> results) implements Section {
    /** Copies the list. */
    public Comparison {
      results = List.copyOf(results);
    }
  }
}
