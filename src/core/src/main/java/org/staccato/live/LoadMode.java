package org.staccato.live;

/** How a weight file comes into memory. */
public enum LoadMode {
  /**
   * Maps the file: opening is quick, processes share the pages, and a page that the system dropped
   * is read again when it is next needed. A file that is shortened in place while it is mapped
   * takes pages away: calls that read them throw {@link InternalError}. Replace such files by
   * renaming only.
   */
  MAP,

  /**
   * Copies the file into native memory: no page faults afterwards, and nothing that happens to the
   * file matters.
   */
  COPY
}
