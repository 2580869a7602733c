package org.staccato.cli;

import java.util.ArrayList;
import java.util.List;

/** A table of aligned columns: by default, the first to the left, the others to the right. */
final class TextTable {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final boolean[] left;

  /** Starts a table with its headings. */
  TextTable(String... headings) {
    left = new boolean[headings.length];
    left[0] = true;
    row(headings);
  }

  /** Aligns a column to the left. */
  TextTable left(int column) {
    left[column] = true;
    return this;
  }

  /** Adds a row with one cell per heading. */
  TextTable row(String... cells) {
    if (cells.length != left.length) {
      throw new IllegalArgumentException(
          "cells: found " + cells.length + ", expected " + left.length);
    }
    rows.add(List.of(cells));
    return this;
  }

  /** Writes the table, indented by two spaces. */
  void print(Console console) {
    int[] widths = new int[left.length];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        line.append(GAP).append(left[i] ? row.get(i) + padding : padding + row.get(i));
      }
      console.line(line.toString().stripTrailing());
    }
  }
}
