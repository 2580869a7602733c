package org.staccato.testkit.pages;

import java.nio.file.Path;

/**
 * A block of code on a page.
 *
 * @param page the file of the page
 * @param line the line of the block's fence, from 1; the first line of code is the next one
 * @param language the first word after the fence, empty if there is none
 * @param context what the comment in front of the block says: {@code int a} of {@code <!-- java:
 *     int a -->}; empty if there is none
 * @param text the lines of the block
 */
public record CodeBlock(Path page, int line, String language, String context, String text) {

  /** {@return file and line, for a message} */
  public String position() {
    return page + ":" + line;
  }
}
