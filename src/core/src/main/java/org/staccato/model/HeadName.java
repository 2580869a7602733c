package org.staccato.model;

import java.util.regex.Pattern;

/** Checks the form of the name of a head or an attribute, a piece of its parameters' names. */
final class HeadName {
  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  private HeadName() {}

  static void require(String name) {
    require("head name", name);
  }

  static void require(String what, String name) {
    if (!FORM.matcher(name).matches()) {
      throw new IllegalArgumentException(
          what
              + ": found \""
              + name
              + "\", expected a lower-case letter and up to 31 lower-case letters, digits and"
              + " hyphens");
    }
  }
}
