package org.staccato.trainer.report;

import java.util.List;
import org.staccato.trainer.evaluate.EvaluationResult;

/** A part of a {@link Report} under a heading of its own. */
public sealed interface Section {

  /** {@return the heading} */
  String title();

  /**
   * The warnings that a reader needs before the figures.
   *
   * @param sentences the warnings, one sentence each
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
   * @param facts the names and values, in the order of the page
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
   * @param name the name of the quantity
   * @param value the value with its unit, as text
   */
  record Fact(String name, String value) {}

  /**
   * Quantities with one value per epoch, each drawn over the epochs with an axis of its own.
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
   * A quantity with one value per epoch.
   *
   * @param name the quantity with its unit
   * @param values the values from epoch 1; a value that is not finite stands for a missing one
   * @param markedEpoch the epoch to mark, counted from 1, or 0 to mark none
   */
  record Curve(String name, List<Double> values, int markedEpoch) {
    /** Copies the list. */
    public Curve {
      values = List.copyOf(values);
    }
  }

  /**
   * The recommendations of a model after some histories, beside the items that came next.
   *
   * @param title the heading
   * @param note one sentence on the origin of the histories
   * @param examples the histories
   */
  record Examples(String title, String note, List<Example> examples) implements Section {
    /** Copies the list. */
    public Examples {
      examples = List.copyOf(examples);
    }
  }

  /**
   * A history, and the recommendations of a model after it.
   *
   * @param history the keys of items, the oldest first
   * @param recommended the keys of items, the best first
   * @param next the key of the item that came next
   */
  record Example(List<String> history, List<String> recommended, String next) {
    /** Copies the lists. */
    public Example {
      history = List.copyOf(history);
      recommended = List.copyOf(recommended);
    }

    /** {@return the last items of the history in one line} */
    public String lastOfHistory() {
      int from = Math.max(0, history.size() - SHOWN_HISTORY);
      return (from > 0 ? "… " : "") + String.join(", ", history.subList(from, history.size()));
    }

    /** {@return the next item and its place in the list, in one line} */
    public String outcome() {
      int place = recommended.indexOf(next) + 1;
      return "then came " + next + (place == 0 ? ", which is not among them" : ", number " + place);
    }
  }

  /** The number of items of a history that are shown. */
  int SHOWN_HISTORY = 5;

  /**
   * Models, measured on the same cases at the same cutoffs.
   *
   * @param title the heading
   * @param note one sentence on the cases, or an empty text
   * @param results one result per model, in the order of the page; the first is the subject of the
   *     report
   */
  record Comparison(String title, String note, List<EvaluationResult> results) implements Section {
    /** Copies the list. */
    public Comparison {
      results = List.copyOf(results);
    }

    /** {@return the meaning of the measures that the tables show} */
    public static Facts measures() {
      return ComparisonTables.meanings();
    }
  }
}
