package org.staccato.trainer.feature;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;

/** One column of a table of items, and the features that its fields become. Immutable. */
sealed interface FeatureField {

  /** Returns the name of the column. */
  String column();

  /** Returns the number of its features. */
  int size();

  /**
   * Adds the features of a field, with weights that sum to 1; nothing where the field is empty or
   * holds nothing that is known.
   *
   * @param first the number of the first feature of the column
   * @throws NumberFormatException if the field is not a finite number and must be one
   */
  void add(String field, int first, Map<Integer, Float> weights);

  /**
   * Terms, each of which is a feature: the mean over the terms of a field that are known.
   *
   * @param separator the separator of categories, or empty for the words of a text
   * @param terms the terms, by their number
   */
  record Terms(String column, String separator, Map<String, Integer> terms)
      implements FeatureField {
    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");

    /** Selects the terms with enough support, in alphabetical order. */
    static Terms learn(String column, String separator, List<String> fields, int minimumSupport) {
      Map<String, Integer> support = new TreeMap<>();
      for (String field : fields) {
        split(field, separator).keySet().forEach(term -> support.merge(term, 1, Integer::sum));
      }
      support.values().removeIf(count -> count < minimumSupport);
      return of(column, separator, List.copyOf(support.keySet()));
    }

    static Terms of(String column, String separator, List<String> terms) {
      Map<String, Integer> numbers = LinkedHashMap.newLinkedHashMap(terms.size());
      for (String term : terms) {
        if (numbers.putIfAbsent(term, numbers.size()) != null) {
          throw new IllegalArgumentException(
              "column \"" + column + "\": found the term \"" + term + "\" twice");
        }
      }
      return new Terms(column, separator, numbers);
    }

    /** Splits a field into distinct terms; words are in lower case. */
    private static Map<String, Boolean> split(String field, String separator) {
      boolean words = separator.isEmpty();
      String text = words ? field.toLowerCase(java.util.Locale.ROOT) : field;
      Map<String, Boolean> distinct = new LinkedHashMap<>();
      for (String term : words ? NO_WORD.split(text) : text.split(Pattern.quote(separator), -1)) {
        if (!term.isBlank()) {
          distinct.put(term.strip(), true);
        }
      }
      return distinct;
    }

    @Override
    public int size() {
      return terms.size();
    }

    @Override
    public void add(String field, int first, Map<Integer, Float> weights) {
      List<Integer> known =
          split(field, separator).keySet().stream()
              .map(terms::get)
              .filter(java.util.Objects::nonNull)
              .toList();
      known.forEach(term -> weights.put(first + term, 1f / known.size()));
    }
  }

  /**
   * A number between centres, each of which is a feature: its weight falls from 1 at the centre to
   * 0 at the neighbours (B-splines of degree 1; C. de Boor, 1978). Beyond the outermost centres a
   * number counts as these, so that no number is too large.
   *
   * @param centres the centres, ascending: quantiles of the numbers in training
   */
  record Buckets(String column, double[] centres) implements FeatureField {
    private static final int COUNT = 16;

    /** Puts a centre at each of some quantiles, equal ones once. */
    static Buckets learn(String column, double[] numbers) {
      double[] sorted = numbers.clone();
      Arrays.sort(sorted);
      int count = Math.min(COUNT, sorted.length);
      IntUnaryOperator place =
          i ->
              count == 1 ? sorted.length / 2 : (int) ((long) i * (sorted.length - 1) / (count - 1));
      double[] centres = new double[count];
      Arrays.setAll(centres, i -> sorted[place.applyAsInt(i)]);
      return new Buckets(column, Arrays.stream(centres).distinct().toArray());
    }

    @Override
    public int size() {
      return centres.length;
    }

    /** Parses a number. */
    static double parse(String field) {
      double number = Double.parseDouble(field.strip());
      if (!Double.isFinite(number)) {
        throw new NumberFormatException("not finite");
      }
      return number == 0 ? 0 : number;
    }

    @Override
    public void add(String field, int first, Map<Integer, Float> weights) {
      if (field.isBlank() || centres.length == 0) {
        return;
      }
      double number = Math.clamp(parse(field), centres[0], centres[centres.length - 1]);
      int found = Arrays.binarySearch(centres, number);
      if (found >= 0) {
        weights.put(first + found, 1f);
        return;
      }
      int above = -found - 1;
      // Halves, since the distance of two numbers may be infinite.
      double below = centres[above - 1] / 2;
      float share = (float) ((number / 2 - below) / (centres[above] / 2 - below));
      weights.put(first + above - 1, 1 - share);
      weights.put(first + above, share);
    }
  }
}
