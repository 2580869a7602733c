package org.staccato.testkit.pages;

import java.nio.file.Path;

/**
 * A link or a picture of a page.
 *
 * @param page the file of the page
 * @param line the line of the link, from 1
 * @param target a path relative to the page's folder, a fragment after {@code #}, both, or an
 *     address with a scheme
 */
public record Link(Path page, int line, String target) {

  /** {@return file and line, for a message} */
  public String position() {
    return page + ":" + line;
  }
}
