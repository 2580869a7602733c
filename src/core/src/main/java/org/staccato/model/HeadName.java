package org.staccato.model;

import java.util.regex.Pattern;

/** Checks the form of a head's name, which is a piece of its parameters' names. */
final class HeadName {
  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  private HeadName() {}

  static void require(String name) {
    if (!FORM.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "head name: found \""
              + name
              + "\", expected a lower-case letter and up to 31 lower-case letters, digits and"
              + " hyphens");
    }
  }
}
